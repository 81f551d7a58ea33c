import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { callHeaders, type Plugin } from "@noxus/contracts";
import { createKeyring } from "@noxus/service";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { copyPlugin } from "../../../../fixtures/plugin-copy.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let platform: TestPlatform;
let server: TestPluginServer;
let plugin: Plugin;
let workspace: { id: string; key: string };

/** A plugin with an account that people sign in to, made with the newest published SDK. */
beforeAll(async () => {
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: { NOXUS_PLATFORM_URL: platform.url, PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey },
  });
  workspace = await createTestWorkspace(platform, "signing-in");
  plugin = await install(pluginFixture("sdk-0-6-0"));
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
});

async function install(path: string): Promise<Plugin> {
  const made = await platform.json<Plugin>("/v1/plugins", { body: { source: { type: "local", path } } });
  const now = () => platform.json<Plugin>(`/v1/plugins/${made.id}`);
  await vi.waitFor(async () => expect((await now()).status).toBe("running"), {
    timeout: 60_000,
    interval: 100,
  });
  return now();
}

const post = async (path: string, body: unknown, key = workspace.key) => {
  const answer = await platform.send(path, { body, key });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const begin = () => post("/v1/credentials/sign-in", { integration: "account" });

/** What the database holds, opened with the platform's own key. */
async function storedPayload(): Promise<{ sealed: string; payload: unknown }> {
  const { rows } = await platform.database.pool.query<{ payload_encrypted: string }>(
    "select payload_encrypted from credentials where workspace_id = $1",
    [workspace.id],
  );
  const sealed = rows[0]?.payload_encrypted ?? "";
  const keys = await readFile(join(platform.dataFolder, "encryption-key"), "utf8");
  return { sealed, payload: JSON.parse(createKeyring(keys.trim()).open(sealed)) };
}

test("every key sees which integrations there are, and whose they are", async () => {
  const all = await platform.json<object[]>("/v1/integrations", { key: workspace.key });
  expect(all).toContainEqual(
    expect.objectContaining({
      type: "account",
      supports_device_auth: true,
      plugin_id: plugin.id,
      plugin_name: "sdk-0-6-0",
    }),
  );
});

describe("signing in with a code", () => {
  test("shows the person what to do, and stores what comes of it, sealed", async () => {
    const started = await begin();
    expect(started).toMatchObject({
      status: 200,
      body: {
        verification_url: "https://account.example/device",
        user_code: "ABCD-EFGH",
        poll_interval_seconds: 1,
      },
    });
    expect(JSON.stringify(started.body)).not.toContain("session-1");
    const polled = await post("/v1/credentials/sign-in/poll", { sign_in: started.body.sign_in });
    expect(polled.body).toMatchObject({
      status: "complete",
      credential: { integration: "account", name: "default" },
    });
    expect(JSON.stringify(polled.body)).not.toContain("token");
    const { sealed, payload } = await storedPayload();
    expect(payload).toEqual({ access_token: "token of session-1" });
    expect(sealed).not.toContain("token");
    const { id } = polled.body.credential as { id: string };
    expect((await post(`/v1/credentials/${id}/test`, {})).body).toEqual({ ready: true, plugin: "sdk-0-6-0" });
  });

  test("again takes the place of what was stored; a plugin's own renewal does too, within its call", async () => {
    const started = await begin();
    const again = await post("/v1/credentials/sign-in/poll", { sign_in: started.body.sign_in });
    expect(again.body).toMatchObject({ status: "complete" });
    const { items } = await platform.json<{ items: unknown[] }>("/v1/credentials", { key: workspace.key });
    expect(items).toHaveLength(1);
    const ctx = { plugin_config: {}, integration_credentials: { account: { access_token: "x" } } };
    const call = { ctx, inputs: { text: "refresh" }, config: {} };
    const renewed = await server.request("POST", `/plugins/${plugin.id}/nodes/who_am_i/execute`, call, {
      [callHeaders.workspace]: workspace.id,
    });
    expect([renewed.status, await renewed.json()]).toMatchObject([200, { success: true }]);
    const { sealed, payload } = await storedPayload();
    expect(payload).toEqual({ access_token: "a newer token" });
    expect(sealed).not.toContain("newer");
  });

  test("is the workspace's own: another one's, an altered and an unknown one are refused alike", async () => {
    const { body } = await begin();
    const altered = String(body.sign_in).replace(/.{8}$/, "AAAAAAAA");
    const other = await createTestWorkspace(platform, "another");
    const poll = (sign_in: unknown, key = workspace.key) =>
      post("/v1/credentials/sign-in/poll", { sign_in }, key);
    const refused = [await poll(body.sign_in, other.key), await poll(altered), await poll("v1.k.x")];
    for (const answer of refused) expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
    const { items } = await platform.json<{ items: unknown[] }>("/v1/credentials", { key: other.key });
    expect(items).toEqual([]);
  });

  test("leads nobody to an address that is none of the web", async () => {
    await using copy = await copyPlugin(pluginFixture("sdk-0-6-0"), { suffix: "trap" });
    const file = join(copy.folder, "sdk_0_6_0", "__init__.py");
    const code = await readFile(file, "utf8");
    await writeFile(
      file,
      code.replace("https://account.example/device", "javascript:alert(1)").replaceAll('"account"', '"trap"'),
    );
    await install(copy.folder);
    expect(await post("/v1/credentials/sign-in", { integration: "trap" })).toMatchObject({
      status: 502,
      body: { error: "plugin_protocol_error", detail: expect.stringContaining("an address of the web") },
    });
  });

  test("of an integration that nobody has says so", async () => {
    expect(await post("/v1/credentials/sign-in", { integration: "nobodys" })).toMatchObject({
      status: 404,
      body: { error: "plugin_unknown", detail: expect.stringContaining("nobodys") },
    });
  });
});
