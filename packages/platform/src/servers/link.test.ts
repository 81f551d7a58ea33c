import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { json as readJson } from "node:stream/consumers";
import type {
  DesiredList,
  Manifest,
  Plugin,
  PluginReport,
  RegisterResponse,
  ReportResponse,
  Status,
} from "@noxus/contracts";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ NOXUS_SERVER_STALE_MS: "600000" });
});
afterAll(() => platform.stop());

const startedAt = "2026-01-01T00:00:00.000Z";
const now = () => new Date().toISOString();

function reportOf(
  id: string,
  sequence: number,
  status: Status,
  more: Partial<PluginReport> = {},
): PluginReport {
  return {
    id,
    sequence,
    status,
    generation: 1,
    observedGeneration: 1,
    conditions: [],
    phases: [],
    configProblems: [],
    warnings: [],
    instances: [],
    restarts: 0,
    updatedAt: now(),
    ...more,
  };
}

/** What a plugin server says, word for word, so that a test can say it in any order. */
async function register(url = "http://127.0.0.1:9") {
  const serverId = randomUUID();
  const link = <T>(path: string, body: unknown) =>
    platform.json<T>(`/plugin-server/${path}`, { body, key: platform.platformKey });
  const registration = { serverId, name: "test", url, apiKey: "server-key", version: "1" };
  const { webhookSecret, desired } = await link<RegisterResponse>("register", registration);
  const webhook = (
    plugin: PluginReport,
    { life = startedAt, secret = webhookSecret, at = new Date() } = {},
  ) => {
    const data = { serverId, startedAt: life, plugin };
    const body = JSON.stringify({ type: "plugin.status", timestamp: now(), data });
    const id = `msg_${randomUUID()}`;
    return fetch(`${platform.url}/plugin-server/${serverId}/webhook`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-api-key": platform.platformKey,
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
      },
      body,
    });
  };
  const report = (revision: number, ...plugins: PluginReport[]) =>
    link<ReportResponse>(`${serverId}/report`, { startedAt, revision, inFlight: 0, plugins });
  onTestFinished(async () => {
    await platform.database.pool.query("delete from plugin_servers where id = $1", [serverId]);
  });
  return { serverId, desired, webhook, report };
}

async function install(source: object, more: object = {}): Promise<Plugin> {
  const plugin = await platform.json<Plugin>("/v1/plugins", { body: { source, ...more } });
  onTestFinished(async () => {
    await platform.database.pool.query("delete from plugins where id = $1", [plugin.id]);
  });
  return plugin;
}

const show = (id: string) => platform.json<Plugin>(`/v1/plugins/${id}`);
const git = (path: string, more: object = {}) => ({
  type: "git",
  repo_url: "https://git.test/tools.git",
  path,
  ...more,
});
const manifest = (name: string, more: Partial<Manifest> = {}): Manifest => ({
  name,
  version: "1.0.0",
  nodes: [],
  ...more,
});

test("webhooks that were overtaken or repeated change nothing; a new life counts anew", async () => {
  const { id } = await install(git("ordered"));
  const { webhook } = await register();
  for (const [sequence, status] of [
    [2, "running"],
    [1, "installing"],
    [2, "error"],
  ] as const)
    expect((await webhook(reportOf(id, sequence, status))).status).toBe(204);
  expect((await show(id)).status).toBe("running");
  await webhook(reportOf(id, 1, "restarting"), { life: "2026-01-02T00:00:00.000Z" });
  await webhook(reportOf(id, 9, "error"), { life: startedAt });
  expect((await show(id)).status).toBe("restarting");
});

test("a webhook with another secret, an old one and one of an unknown server are refused", async () => {
  const { id } = await install(git("guarded"));
  const { webhook } = await register();
  const wrong = await webhook(reportOf(id, 1, "running"), { secret: `whsec_${btoa("x".repeat(32))}` });
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: "unauthorized" }]);
  const old = await webhook(reportOf(id, 1, "running"), { at: new Date(Date.now() - 600_000) });
  expect(old.status).toBe(401);
  expect((await show(id)).report).toBeNull();
  const body = { startedAt, revision: 0, inFlight: 0, plugins: [] };
  const key = platform.platformKey;
  const stranger = await platform.send(`/plugin-server/${randomUUID()}/report`, { body, key });
  expect(stranger.status).toBe(404);
});

test("servers get the desired list when they register, report an old revision, or it changes", async () => {
  const pushed = Promise.withResolvers<DesiredList>();
  const peer = createServer(async (request, response) => {
    const list = (await readJson(request)) as DesiredList;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ revision: list.revision, plugins: list.plugins.length }));
    pushed.resolve(list);
  });
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void peer.close());
  const { desired, report } = await register(`http://127.0.0.1:${(peer.address() as { port: number }).port}`);
  const plugin = await install(git("pushed", { token: "very-secret-token" }), {
    config: { greeting: "hello" },
  });
  const list = await pushed.promise;
  expect(list.revision).toBeGreaterThan(desired.revision);
  expect(list.plugins.find(({ id }) => id === plugin.id)).toMatchObject({
    generation: 1,
    enabled: true,
    source: { type: "git", token: "very-secret-token" },
    config: { greeting: "hello" },
  });
  expect((await report(list.revision)).desired).toBeUndefined();
  expect((await report(list.revision - 1)).desired?.revision).toBe(list.revision);
  // As after a restore from a backup: the server has seen what this platform no longer knows of.
  expect((await report(list.revision + 1)).desired?.revision).toBe(list.revision);
});

test("secrets of source and configuration are in no answer", async () => {
  const secrets = [
    "tok-123456789",
    "user:pass-9876",
    "key-abcdefghij",
    "before-manifest-1",
    "renewed-secret-2",
  ];
  const source = git("secretive", {
    token: secrets[0],
    repo_url: `https://${secrets[1]}@git.test/tools.git`,
  });
  const { id } = await install(source, { config: { api_key: secrets[2], note: secrets[3] } });
  const { webhook } = await register();
  const failure = {
    code: "x",
    stage: "run" as const,
    message: `bad ${secrets[2]}`,
    stderrTail: secrets[0] ?? "",
    at: now(),
  };
  const fields = {
    api_key: { type: "str", display: { type: "api_key" } },
    note: { type: "str", display: { type: "password" } },
  };
  const read = async () => {
    const answers = ["/v1/plugins", `/v1/plugins/${id}`, "/v1/nodes", "/v1/plugin-servers"].map((path) =>
      platform.send(path),
    );
    const { rows } = await platform.database.pool.query(
      "select data from plugin_events where plugin_id = $1",
      [id],
    );
    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    return [...texts, JSON.stringify(rows)].join("\n");
  };
  const expectNone = (text: string) => {
    for (const secret of [...secrets, "server-key"]) expect(text).not.toContain(secret);
  };
  expectNone(await read());
  await webhook(reportOf(id, 1, "error", { failure, manifest: manifest("secretive", { config: fields }) }));
  expectNone(await read());
  const body = {
    config: { api_key: secrets[4], note: "•••" },
    source: git("secretive", { password: secrets[0] }),
  };
  const changed = await platform.send(`/v1/plugins/${id}`, { method: "PATCH", body });
  expectNone(await changed.text());
  expect((await show(id)).config).toEqual({ api_key: "•••", note: "•••" });
  const { desired } = await register();
  expect(desired.plugins.find((plugin) => plugin.id === id)).toMatchObject({
    config: { api_key: secrets[4], note: secrets[3] },
    source: { password: secrets[0] },
    generation: 2,
  });
});

test("configuration that does not fit the manifest is refused field by field", async () => {
  const { id } = await install(git("fields"));
  const { webhook } = await register();
  const config = {
    count: { type: "int", optional: false },
    name: { type: "str", optional: false },
    mode: { type: "str", optional: true, display: { type: "select", values: ["fast", "slow"] } },
  };
  await webhook(reportOf(id, 1, "missing_config", { manifest: manifest("fields", { config }) }));
  const body = { config: { count: "three", nmae: "x", mode: "quick", name: "" } };
  const refused = await platform.send(`/v1/plugins/${id}`, { method: "PATCH", body });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    error: "plugin_config_invalid",
    fields: [
      { path: "config.count", message: "must be a whole number, not text" },
      { path: "config.nmae", message: 'is no field of this plugin. Did you mean "name"?' },
      { path: "config.mode", message: 'must be one of "fast", "slow"' },
      { path: "config.name", message: "is required" },
    ],
  });
  const steps = await platform.json<Plugin>(`/v1/plugins/${id}`, {
    method: "PATCH",
    body: { config: { count: 3 } },
  });
  expect([steps.config, steps.generation]).toEqual([{ count: 3 }, 2]);
  const unset = { config: { mode: "fast" }, settings: { concurrency: 2 }, enabled: false };
  const more = await platform.json<Plugin>(`/v1/plugins/${id}`, { method: "PATCH", body: unset });
  expect(more).toMatchObject({
    config: { count: 3, mode: "fast" },
    settings: { concurrency: 2, queue: 256 },
    enabled: false,
  });
  const wrong = { method: "PATCH", body: { settings: { concurency: 2 } } };
  expect((await platform.send(`/v1/plugins/${id}`, wrong)).status).toBe(400);
});

test("fields stand in the order in which the plugin writes them", async () => {
  const names = ["country", "city", "zip", "a_very_long_name", "b"];
  const config = Object.fromEntries(names.map((name) => [name, { type: "str", display: { type: "text" } }]));
  const { id } = await install(git("ordered"));
  const { webhook } = await register();
  await webhook(reportOf(id, 1, "running", { manifest: manifest("ordered", { config }) }));
  const { report } = await platform.json<Plugin>(`/v1/plugins/${id}`);
  expect(Object.keys(report?.manifest?.config ?? {})).toEqual(names);
});

test("a name is taken by the source before the manifest is known, and by the manifest after", async () => {
  const first = await install({ type: "marketplace", name: "text-tools" });
  const same = await platform.send("/v1/plugins", { body: { source: git("plugins/text-tools") } });
  expect([same.status, await same.json()]).toMatchObject([409, { error: "plugin_name_taken" }]);
  const second = await install(git("copy-of-text-tools"));
  const { webhook } = await register();
  await webhook(reportOf(first.id, 1, "running", { manifest: manifest("text-tools") }));
  await webhook(reportOf(second.id, 1, "running", { manifest: manifest("text-tools") }));
  expect(await show(second.id)).toMatchObject({
    name: "copy-of-text-tools",
    status: "error",
    report: { failure: { code: "plugin_name_taken" } },
  });
  const isEnabled = async () =>
    (await register()).desired.plugins.find(({ id }) => id === second.id)?.enabled;
  expect(await isEnabled()).toBe(false);
  await platform.json(`/v1/plugins/${first.id}`, { method: "DELETE" });
  expect([await isEnabled(), (await show(second.id)).name]).toEqual([true, "text-tools"]);
});

test("a plugin's record goes when every alive server is done with it", async () => {
  const { id } = await install(git("leaving"));
  const one = await register();
  const two = await register();
  await one.webhook(reportOf(id, 1, "running"));
  await two.webhook(reportOf(id, 1, "running"));
  const leaving = await platform.json<Plugin>("/v1/plugins/leaving", { method: "DELETE" });
  expect(leaving.status).toBe("uninstalling");
  expect((await platform.send("/v1/plugins/leaving")).status).toBe(404);
  await one.webhook(reportOf(id, 2, "uninstalled"));
  expect((await show(id)).status).toBe("uninstalling");
  const { desired } = await two.report(0);
  expect(desired?.plugins.some((plugin) => plugin.id === id)).toBe(false);
  expect((await show(id)).status).toBe("uninstalling");
  await two.report(desired?.revision ?? 0);
  expect((await platform.send(`/v1/plugins/${id}`)).status).toBe(404);
});

test("a plugin whose server is away keeps its nodes, unavailable; the first plugin keeps a node type", async () => {
  const node = (type: string) => ({ type, title: type, inputs: [], outputs: [], config: {} });
  const first = await install(git("first"));
  const second = await install(git("second"));
  const { webhook, serverId } = await register();
  await webhook(
    reportOf(first.id, 1, "running", { manifest: manifest("first", { nodes: [node("SharedNode")] }) }),
  );
  const nodes = [node("SharedNode"), node("InputNode"), node("OwnNode")];
  await webhook(reportOf(second.id, 1, "running", { manifest: manifest("second", { nodes }) }));
  type Listed = { type: string; is_available: boolean; plugin_name?: string };
  const list = async () => {
    const all = await platform.json<Listed[]>("/v1/nodes");
    return all.filter(({ type }) => ["SharedNode", "OwnNode"].includes(type));
  };
  expect(await list()).toMatchObject([
    { type: "SharedNode", plugin_name: "first", is_available: true },
    { type: "OwnNode", plugin_name: "second", is_available: true },
  ]);
  const { report } = await show(second.id);
  expect(report?.warnings).toEqual([
    expect.stringContaining('"SharedNode" belongs to the plugin "first"'),
    expect.stringContaining('"InputNode" belongs to a built-in node'),
  ]);
  await platform.database.pool.query("update plugin_servers set heartbeat_at = 'epoch' where id = $1", [
    serverId,
  ]);
  expect((await list()).map(({ is_available }) => is_available)).toEqual([false, false]);
  expect((await show(second.id)).report?.failure?.code).toBe("plugin_server_unavailable");
  const form = { config: {}, inputs: [], outputs: [] };
  const asked = await platform.send("/v1/nodes/OwnNode/config", { body: form });
  expect([asked.status, await asked.json()]).toMatchObject([503, { error: "plugin_server_unavailable" }]);
});

test("events tell what happens as it happens, and resume after an id", async () => {
  const { id } = await install(git("eventful"));
  const { webhook } = await register();
  const stream = await platform.send(`/v1/plugins/${id}/events`, { signal: AbortSignal.timeout(20_000) });
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  let text = "";
  const reading = (async () => {
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  })();
  await vi.waitFor(() => expect(text).toContain("event: installed"), 5_000);
  await webhook(reportOf(id, 1, "installing", { phases: [{ name: "fetch", startedAt: now() }] }));
  await vi.waitFor(() => expect(text).toContain('"status":"installing"'), 5_000);
  await webhook(reportOf(id, 2, "running"));
  await vi.waitFor(() => expect(text).toContain('"status":"running"'), 5_000);
  await platform.json(`/v1/plugins/${id}`, { method: "DELETE" });
  await webhook(reportOf(id, 3, "uninstalled"));
  await reading;
  expect(text).toContain("event: uninstalled");
  expect((await platform.send(`/v1/plugins/${id}/events`)).status).toBe(404);
});

test("credentials that a plugin renewed are stored, and only where there are some", async () => {
  const { id, key } = await createTestWorkspace(platform, "renewing");
  const body = { integration: "word_api", payload: { access: "old-secret-1", keep: "kept-secret-2" } };
  const made = await platform.send("/v1/credentials", { body, key });
  expect([made.status, (await made.text()).includes("secret")]).toEqual([201, false]);
  const update = {
    workspaceId: id,
    pluginId: randomUUID(),
    integration: "word_api",
    payload: { access: "new-secret-3" },
  };
  const sent = { body: update, key: platform.platformKey };
  expect((await platform.send("/plugin-server/credentials", sent)).status).toBe(204);
  const other = { ...sent, body: { ...update, integration: "other" } };
  expect((await platform.send("/plugin-server/credentials", other)).status).toBe(404);
  expect(await (await platform.send("/v1/credentials", { key })).text()).not.toContain("secret");
  const { rows } = await platform.database.pool.query("select * from credentials where workspace_id = $1", [
    id,
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/old-secret|new-secret|kept-secret/);
});
