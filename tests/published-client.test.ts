import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Plugin, parseEnvironment, type Run } from "@noxus/contracts";
import { generateKey } from "@noxus/service";
import { runWorker, workerEnvironmentSchema } from "@noxus/worker";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { preparePlugin, warmEngine } from "../fixtures/engine.ts";
import { startTestPlatform, type TestPlatform } from "../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../fixtures/plugin-server.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** Platform, worker and plugin server with a real plugin, and the published client that knows nothing of them. */
let platform: TestPlatform;
let plugins: TestPluginServer;
let pluginId: string;
const stopping = new AbortController();
let worker: Promise<void>;

beforeAll(async () => {
  const encryptionKey = generateKey();
  platform = await startTestPlatform({ NOXUS_ENCRYPTION_KEY: encryptionKey });
  const environment = {
    DATABASE_URL: platform.database.pool.options.connectionString,
    NOXUS_ENCRYPTION_KEY: encryptionKey,
    LOG_LEVEL: "silent",
  };
  worker = runWorker(parseEnvironment(workerEnvironmentSchema, environment), stopping.signal);
  plugins = await startPluginServer({
    variables: { NOXUS_PLATFORM_URL: platform.url, PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey },
  });
  const body = { source: { type: "local", path: pluginFixture("echo") } };
  ({ id: pluginId } = await platform.json<Plugin>("/v1/plugins", { body }));
  await vi.waitFor(
    async () => expect((await platform.json<Plugin>(`/v1/plugins/${pluginId}`)).status).toBe("running"),
    { timeout: 120_000, interval: 50 },
  );
});
afterAll(async () => {
  stopping.abort();
  await worker;
  await plugins?.stop();
  await platform?.stop();
});

const ofEveryRelease = {
  nodes: true,
  file: [10, "some bytes"],
  output: { Greeting: "Hello Ada" },
  by_input_id: { Greeting: "Hello Bob" },
  events: [
    "run.queued",
    "run.started",
    "node.completed",
    "node.completed",
    "node.completed",
    "node.completed",
    "run.completed",
  ],
  listed: 3,
  page: 1,
  read: "completed",
  versions: ["primary"],
  with_version: { Greeting: "Hello V" },
  renamed: "Renamed",
  workflows: ["Renamed"],
  v2: { Out: "Hi Ada!" },
  v2_events: "run.completed",
  v2_read: "v2",
  workspace: ["with words", "robot", false, []],
  listed_workspace: ["with words"],
  a_nodes: true,
  a_file: "async bytes",
  async: { Greeting: "Hello Async" },
  a_events: "run.completed",
  a_read: "completed",
  a_listed: 1,
  a_versions: ["described"],
  a_renamed: "Async renamed",
  a_workflows: true,
  a_v2: { Out: "Hi Ada!" },
  a_v2_events: "run.completed",
  a_me: true,
  a_workspace: ["a words", true],
};

const ofNewReleases = {
  sync: { Greeting: "Hello Zoë" },
  sync_run: "completed",
  io: { text: "Hello Ada" },
  data: [4, "completed"],
  resumed: ["run.completed"],
  found: 1,
  not_found: 0,
  deleted: 1,
  bulk: true,
  unexpected: [409, 409],
  bulk_by_id: 1,
  stopped: ["stopped", "stopped"],
  preview: ["Renamed"],
  imported: ["Renamed", "Renamed"],
  dry: true,
  log: "Hello Log",
  columns: ["input.Who", "output.Greeting"],
  trigger: [{ type: "new_row" }, true],
  trigger_events: [],
  trigger_deleted: true,
  variables: [["sync_renamed", true, null]],
  variable_deleted: true,
  a_sync: { Greeting: "Hello Sync" },
  a_data: ["completed", "completed"],
  a_io: { text: "Hello New" },
  a_found: 1,
  a_deleted: [1, 1],
  a_stopped: ["stopped", "stopped"],
  a_preview: 1,
  a_imported: "Async renamed",
  a_logs: [0, "run_id"],
  a_trigger: [{ type: "new_row" }],
  a_trigger_events: [],
  a_trigger_deleted: true,
  a_variables: ["3"],
  a_variable_deleted: true,
};

/** Runs the client's script with the SDK of a fixture plugin's environment, as the administrator of a fresh workspace. */
async function useClient(fixture: string): Promise<unknown> {
  const { environment } = await preparePlugin(warmEngine(), fixture);
  const { id } = await platform.json<{ id: string }>("/v1/admin/groups", { body: { name: fixture } });
  const body = { name: "client", tenant_admin: true };
  const { value } = await platform.json<{ value: string }>(`/v1/admin/groups/${id}/api-keys`, { body });
  const script = fileURLToPath(new URL("../fixtures/published-client.py", import.meta.url));
  const python = `${environment.folder}/bin/python`;
  const { stdout } = await promisify(execFile)(python, [script, platform.url, value], {
    env: { PATH: process.env.PATH, GIT_PYTHON_REFRESH: "quiet" },
  });
  return JSON.parse(stdout);
}

test("the published client 0.6.0 does all that its users do, waiting and without blocking", async () => {
  expect(await useClient("sdk-0-6-0")).toEqual({ ...ofEveryRelease, ...ofNewReleases });
});

test("the published client 0.5.6 does all that its users do, waiting and without blocking", async () => {
  expect(await useClient("sdk-0-5-6")).toEqual(ofEveryRelease);
});

/** Runs a workflow of one plugin node to its end. */
async function runNode(type: string, config: object): Promise<Run> {
  const definition = {
    nodes: [v1Node("node", type, config), v1Node("out", "OutputNode", { label: "x" })],
    edges: type === "crash" ? [] : [v1Edge("node.never", "out.input")],
  };
  const nodes = type === "crash" ? definition.nodes.slice(0, 1) : definition.nodes;
  const body = { name: type, definition: { ...definition, nodes } };
  const { id } = await platform.json<{ id: string }>("/v1/workflows", { body });
  return platform.json<Run>(`/v1/workflows/${id}/runs/sync`, { body: { input: {} } });
}

test("a plugin's own words are the run's error; a plugin that dies says so, and the next run finds it again", async () => {
  expect((await runNode("raise_value", { message: "the text is empty" })).error).toMatchObject({
    code: "node_failed",
    nodeId: "node",
    message: expect.stringContaining("the text is empty"),
  });
  const crashed = await runNode("crash", { code: "3" });
  expect(crashed).toMatchObject({
    status: "failed",
    error: { nodeId: "node", data: { code: "plugin_exited", started: "perhaps" } },
  });
  const again = await runNode("raise_value", { message: "alive again" });
  expect(again.error?.message).toContain("alive again");
});
