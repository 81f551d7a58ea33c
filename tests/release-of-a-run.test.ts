import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin, Run } from "@noxus/contracts";
import { generateKey } from "@noxus/service";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestPlatform, type TestPlatform } from "../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../fixtures/plugin-server.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { startWorkerProcess, type WorkerProcess } from "../fixtures/worker-process.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** A run goes on with the releases of plugins that it began with, whatever is updated meanwhile. */
let folder: string;
let platform: TestPlatform;
let server: TestPluginServer;
let worker: WorkerProcess;
let pluginId: string;
let workflow: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "noxus-release-"));
  cpSync(pluginFixture("typescript/hello"), folder, { recursive: true });
  const file = join(folder, "index.ts");
  const tells = "call: (ctx, { inputs, config }) => (ctx.progress(0.5, 'to ' + inputs.name), {";
  writeFileSync(file, readFileSync(file, "utf8").replace("call: (_ctx, { inputs, config }) => ({", tells));
  const NOXUS_ENCRYPTION_KEY = generateKey();
  platform = await startTestPlatform({ NOXUS_ENCRYPTION_KEY });
  worker = await startWorkerProcess({ DATABASE_URL: platform.databaseUrl, NOXUS_ENCRYPTION_KEY });
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_REPORT_MS: "200",
      PLUGIN_SERVER_TICK_MS: "200",
      PLUGIN_SERVER_FORMER_IDLE_MS: "500",
    },
  });
  const source = { type: "local", path: folder };
  pluginId = (await platform.json<Plugin>("/v1/plugins", { body: { source } })).id;
  await running();
  const body = { name: "Greets twice", definition };
  workflow = (await platform.json<{ id: string }>("/v1/workflows", { body })).id;
});
afterAll(async () => {
  await worker?.kill("SIGKILL");
  await server?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const definition = {
  nodes: [
    v1Node("name", "InputNode", { label: "name" }),
    v1Node("first", "greet"),
    v1Node("ask", "ApprovalNode", { question: "Again?" }),
    v1Node("second", "greet"),
    v1Node("before", "OutputNode", { label: "before" }),
    v1Node("after", "OutputNode", { label: "after" }),
  ],
  edges: [
    ...[v1Edge("name.output", "first.name"), v1Edge("first.greeting", "before.input")],
    ...[v1Edge("first.greeting", "ask.value"), v1Edge("ask.approved", "second.name")],
    v1Edge("second.greeting", "after.input"),
  ],
};

/** The plugin when it runs, with one process. */
async function running(otherThan?: string): Promise<Plugin> {
  return vi.waitFor(
    async () => {
      const plugin = await platform.json<Plugin>(`/v1/plugins/${pluginId}`);
      expect([plugin.status, plugin.report?.instances.length]).toEqual(["running", 1]);
      expect(plugin.report?.release).not.toBe(otherThan);
      return plugin;
    },
    { timeout: 40_000, interval: 50 },
  );
}

/** From now on greetings end so. */
async function update(end: string): Promise<void> {
  const before = await running();
  const file = join(folder, "index.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace(/[^}]+` \}\),/, `${end}\` }),`));
  await platform.send(`/v1/plugins/${pluginId}/reload`, { method: "POST" });
  await running(before.report?.release);
}

const start = () =>
  platform.json<Run>(`/v1/workflows/${workflow}/runs`, { body: { input: { name: "Ada" } } });

async function until(id: string, status: Run["status"]): Promise<Run> {
  return vi.waitFor(
    async () => {
      const run = await platform.json<Run>(`/v1/runs/${id}`);
      expect([run.status, run.error]).toEqual([status, null]);
      return run;
    },
    { timeout: 20_000, interval: 30 },
  );
}

const approve = (id: string) => platform.json(`/v1/runs/${id}/nodes/ask/approve`, { body: {} });

test("a run calls the release that it began with, others the new one, and the old one's process ends again", async () => {
  const early = await start();
  await until(early.id, "awaiting_human_feedback");
  await update("?");
  await approve(early.id);
  expect((await until(early.id, "completed")).output).toEqual({
    before: "Hello, Ada!",
    after: "Hello, Hello, Ada!!",
  });
  const { nodes } = await platform.json<{ nodes: { node_id: string; plugin_release: string | null }[] }>(
    `/v1/runs/${early.id}/data`,
  );
  const called = nodes.filter(({ plugin_release }) => plugin_release).map((node) => node.plugin_release);
  expect([called.length, new Set(called).size]).toEqual([2, 1]);

  const late = await start();
  await until(late.id, "awaiting_human_feedback");
  await approve(late.id);
  expect((await until(late.id, "completed")).output?.before).toBe("Hello, Ada?");
  await running();
});

test("who follows a run is told how far a plugin says that its call is", async () => {
  const { id } = await start();
  await until(id, "awaiting_human_feedback");
  const events = await (await platform.send(`/v1/runs/${id}/events`)).text();
  const told = [...events.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
  expect(told.find(({ type }) => type === "node.progress")?.data).toMatchObject({
    ...{ workflow_status: "running", node_id: "first", node_status: "running" },
    ...{ fraction: 0.5, message: "to Ada" },
  });
});

test("where its release is not kept any more, a run goes on with the newest", async () => {
  const early = await start();
  await until(early.id, "awaiting_human_feedback");
  await update(".");
  await update(" …");
  await approve(early.id);
  const { output } = await until(early.id, "completed");
  expect(output).toMatchObject({ before: "Hello, Ada?", after: "Hello, Hello, Ada? …" });
});
