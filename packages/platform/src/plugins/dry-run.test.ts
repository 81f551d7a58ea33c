import type { Plugin, PluginPlan } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let platform: TestPlatform;
let server: TestPluginServer;
let plugin: Plugin;
beforeAll(async () => {
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_REPORT_MS: "500",
    },
  });
  const source = { type: "local", path: pluginFixture("typescript/hello") };
  const { id } = await platform.json<Plugin>("/v1/plugins", { body: { source } });
  plugin = await vi.waitFor(
    async () => {
      const found = await platform.json<Plugin>(`/v1/plugins/${id}`);
      expect(found.status).toBe("running");
      return found;
    },
    { timeout: 40_000, interval: 50 },
  );
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
});

const dryRun = (path: string, method: string, body?: object) =>
  platform.json<PluginPlan>(`/v1/plugins/hello${path}?dry_run=true`, { method, ...(body && { body }) });

test("what runs as wanted needs nothing", async () => {
  const { steps } = await platform.json<PluginPlan>("/v1/plugin-servers/plan");
  const settled = { do: "nothing", why: "what runs is what is wanted", at: null };
  expect(steps).toEqual([{ server: expect.any(String), plugin_id: plugin.id, plugin: "hello", ...settled }]);
});

test("a dry run says the first step of a change, and makes none", async () => {
  const changes = [
    await dryRun("", "PATCH", { settings: { replicas: 2 } }),
    await dryRun("", "PATCH", { enabled: false }),
    await dryRun("/reload", "POST"),
    await dryRun("/update", "POST"),
    await dryRun("", "DELETE"),
  ];
  expect(changes.map(({ steps }) => steps.map((step) => step.do))).toEqual([
    ["start"],
    ["stop"],
    ["fetch"],
    ["fetch"],
    ["uninstall"],
  ]);
  const { generation, settings, enabled, status, report } = await platform.json<Plugin>(
    `/v1/plugins/${plugin.id}`,
  );
  expect({ generation, settings, enabled, status, instances: report?.instances }).toEqual({
    generation: plugin.generation,
    settings: plugin.settings,
    enabled: true,
    status: "running",
    instances: plugin.report?.instances,
  });
});

test("a change that would be refused is refused in a dry run too", async () => {
  const send = (path: string, method: string, body?: object, key?: string) =>
    platform.send(`/v1/plugins/hello${path}?dry_run=true`, {
      method,
      ...(body && { body }),
      ...(key && { key }),
    });
  const release = await send("/rollback", "POST");
  expect([release.status, await release.json()]).toMatchObject([409, { error: "plugin_release_missing" }]);
  expect((await send("", "PATCH", { settings: { replicas: 999 } })).status).toBe(400);
  const { key } = await createTestWorkspace(platform, "others");
  expect((await send("", "DELETE", undefined, key)).status).toBe(403);
});
