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

test("the published client builds, saves, runs, follows, versions, exports and deletes workflows of both forms", async () => {
  const { environment } = await preparePlugin(warmEngine(), "sdk-0-6-0");
  const script = fileURLToPath(new URL("../fixtures/published-client.py", import.meta.url));
  const words = [script, platform.url, platform.adminKey];
  const { stdout } = await promisify(execFile)(`${environment.folder}/bin/python`, words, {
    env: { PATH: process.env.PATH, GIT_PYTHON_REFRESH: "quiet" },
  });
  expect(JSON.parse(stdout)).toEqual({
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
    sync: { Greeting: "Hello Zoë" },
    io: { text: "Hello Ada" },
    found: 1,
    deleted: 1,
    versions: ["first"],
    with_version: { Greeting: "Hello V" },
    renamed: "Renamed",
    imported: ["Renamed"],
    stopped: "stopped",
    v2: { Out: "Hi Ada!" },
    v2_read: "v2",
    async: { Greeting: "Hello Async" },
  });
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
