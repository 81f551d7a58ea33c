import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../fixtures/plugins.ts";
import { shiftWallClock } from "../../../fixtures/wall-clock.ts";

/*
 * The machine's clock is set while things wait. What waits goes by the clock that nobody sets, and all goes on as if
 * nothing had been.
 */
const hourMs = 3_600_000;

let dataFolder: string;
let platform: TestPlatform;
let server: TestPluginServer;
const start = () =>
  startPluginServer({
    dataFolder,
    variables: {
      PLUGIN_SERVER_TICK_MS: "100",
      PLUGIN_SERVER_RESTART_FIRST_MS: "1500",
      PLUGIN_SERVER_RESTART_CAP_MS: "1500",
      PLUGIN_SERVER_METRICS_OPEN: "true",
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_REPORT_MS: "300",
    },
  });
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "noxus-clock-"));
  platform = await startTestPlatform();
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

async function install(fixture = "typescript/echo", settings: object = {}): Promise<string> {
  const source = { type: "local", path: pluginFixture(fixture) };
  const { id } = await platform.json<Plugin>("/v1/plugins", { body: { source, settings } });
  await server.until(id, "running");
  return id;
}

async function uninstall(id: string): Promise<void> {
  await platform.json(`/v1/plugins/${id}`, { method: "DELETE" });
  const look = async () => (await server.request("GET", `/plugins/${id}`)).status;
  await expect.poll(look, { timeout: 20_000 }).toBe(404);
}

test.each([
  ["back", -hourMs],
  ["ahead", hourMs],
])("%s: a call and a back-off last as long as they would have", async (_, byMs) => {
  const id = await install();
  const asleep = server.execute(id, "sleep", { seconds: 2 });
  await expect
    .poll(async () => (await server.request("GET", "/metrics")).text(), { timeout: 20_000 })
    .toMatch(/noxus_plugin_calls_in_flight\{[^}]*\} 1\n/);
  {
    using _clock = shiftWallClock(byMs);
    expect((await asleep).status).toBe(200);
  }

  const crash = () => server.execute(id, "crash", { code: "1" });
  await crash();
  await server.until(id, ({ status, restarts }) => status === "running" && restarts === 1);
  await crash();
  using _clock = shiftWallClock(byMs);
  const refused = await server.execute(id, "echo", { text: "x" });
  // On a slow machine it is on its way already, and was waited for.
  if (refused.status !== 200) expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(2);
  await server.until(id, ({ status, restarts }) => status === "running" && restarts === 2, 20_000);
  await uninstall(id);
});

test("ahead: no plugin becomes idle before its time", async () => {
  const id = await install("typescript/echo", { idleAfterMs: 1_800_000 });
  const { instances } = await server.get(id);
  using _clock = shiftWallClock(hourMs);
  // Meanwhile all plugins are looked at many times.
  await uninstall(await install("typescript/hello"));
  expect((await server.get(id)).instances.map(({ pid }) => pid)).toEqual(instances.map(({ pid }) => pid));
  await uninstall(id);
});

test("back, between two lives of the server: the platform takes the second one's reports", async () => {
  const id = await install();
  await server.stop();
  using _clock = shiftWallClock(-hourMs);
  server = await start();
  const [now] = (await server.until(id, "running")).instances;
  await expect
    .poll(async () => (await platform.json<Plugin>(`/v1/plugins/${id}`)).report?.instances, {
      timeout: 20_000,
    })
    .toMatchObject([{ pid: now?.pid }]);
  await uninstall(id);
});
