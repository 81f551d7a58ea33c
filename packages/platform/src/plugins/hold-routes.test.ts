import type { Plugin } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let platform: TestPlatform;
let server: TestPluginServer;
beforeAll(async () => {
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_REPORT_MS: "500",
      PLUGIN_SERVER_HOLD: "true",
    },
  });
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
});

test("a server that was started held, and one that the platform holds, go on when the platform says so", async () => {
  const source = { type: "local", path: pluginFixture("echo") };
  const { id } = await platform.json<Plugin>("/v1/plugins", { body: { source } });
  await until(id, ({ report }) => report?.failure?.message.includes("PLUGIN_SERVER_HOLD") === true);
  expect(await platform.json("/v1/plugin-hold", { method: "DELETE" })).toEqual({ hold: null });
  await until(id, ({ status }) => status === "running");

  const hold = { reason: "Looking at a strange bill.", since: expect.any(String) };
  const put = await platform.send("/v1/plugin-hold", { method: "PUT", body: { reason: hold.reason } });
  expect([put.status, await put.json()]).toEqual([200, { hold }]);
  const held = await until(id, ({ status }) => status === "error");
  expect(held.report?.failure).toMatchObject({ code: "plugins_held", at: expect.any(String) });
  expect(await platform.json("/v1/plugin-hold")).toEqual({ hold });
  await platform.json("/v1/plugin-hold", { method: "DELETE" });
  const back = await until(id, ({ status }) => status === "running");
  expect(back.report?.failure).toBeUndefined();
});

test("only administrators hold plugins", async () => {
  const { key } = await createTestWorkspace(platform, "others");
  const refused = await platform.send("/v1/plugin-hold", { method: "PUT", body: {}, key });
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: "forbidden" }]);
});

function until(id: string, isExpected: (plugin: Plugin) => boolean): Promise<Plugin> {
  return vi.waitFor(
    async () => {
      const plugin = await platform.json<Plugin>(`/v1/plugins/${id}`);
      if (!isExpected(plugin))
        throw new Error(`not as expected: ${plugin.status} ${plugin.report?.failure?.message}`);
      return plugin;
    },
    { timeout: 40_000, interval: 50 },
  );
}
