import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";
import type { Trigger } from "./present-trigger.ts";

let platform: TestPlatform;
let workflow: string;
beforeAll(async () => {
  platform = await startTestPlatform();
  const body = {
    name: "Triggered",
    definition: { nodes: [v1Node("in", "InputNode", { label: "number" })], edges: [] },
  };
  ({ id: workflow } = await platform.json<{ id: string }>("/v1/workflows", { body }));
});
afterAll(() => platform.stop());

const path = () => `/v1/workflows/${workflow}/triggers`;
const create = async (definition: object) => {
  const trigger = await platform.json<Trigger>(path(), { body: { definition } });
  onTestFinished(async () => void (await platform.send(`/v1/triggers/${trigger.id}`, { method: "DELETE" })));
  return trigger;
};
const change = (id: string, body: object) =>
  platform.json<Trigger>(`${path()}/${id}`, { method: "PATCH", body });
const show = async (id: string) =>
  (await platform.json<{ items: Trigger[] }>(`${path()}?size=100`)).items.find((one) => one.id === id);

interface Event {
  event_type: string;
  data: Record<string, unknown>;
  run_id: string | null;
  error: { code: string } | null;
}
const eventsOf = async (id: string, query = "") =>
  (await platform.json<{ items: Event[] }>(`${path()}/${id}/events?size=100&${query}`)).items;
const inputOf = async (runId: string | null) =>
  (await platform.json<{ input: Record<string, unknown> }>(`/v1/runs/${runId}`)).input;
/** Until it is so; 15 s at most. */
const until = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

/** What a plugin server answers of one plugin's trigger. */
async function pluginWithTrigger(
  type: string,
  poll: (state: { n?: number }) => Promise<object> | object,
): Promise<void> {
  const server = createServer(async (request, response) => {
    const { state = {} } = (await readJson(request)) as { state?: { n?: number } };
    // Desired lists are pushed here too.
    const answer = request.url?.endsWith("/poll") ? await poll(state) : {};
    response.writeHead("error" in answer ? 502 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serverId = randomUUID();
  const link = { key: platform.platformKey };
  const registration = { serverId, name: type, url, apiKey: "server-key", version: "1" };
  await platform.json("/plugin-server/register", { ...link, body: registration });
  const source = { type: "git", repo_url: "https://git.test/x.git", path: type };
  const { id } = await platform.json<{ id: string }>("/v1/plugins", { body: { source } });
  const manifest = { name: type, version: "1", nodes: [], triggers: [{ type, polling_interval: 0.2 }] };
  const { pool } = platform.database;
  await pool.query("update plugins set manifest = $2 where id = $1", [id, manifest]);
  await pool.query(
    `insert into plugin_states (plugin_id, server_id, status, server_started_at, sequence, report)
    values ($1, $2, 'running', now(), 1, '{}')`,
    [id, serverId],
  );
  onTestFinished(async () => {
    await pool.query("delete from plugins where id = $1", [id]);
    await pool.query("delete from plugin_servers where id = $1", [serverId]);
    server.closeAllConnections();
    server.close();
  });
}

test("a schedule starts a run at each of its times, with its fixed inputs, and tells when it is due next", async () => {
  const { id, next_at, status } = await create({
    type: "schedule",
    cron: "* * * * * *",
    input: { number: 7 },
  });
  expect([status, Date.parse(next_at ?? "") > 0]).toEqual(["active", true]);
  const events = await until(async () => {
    const found = await eventsOf(id);
    expect(found.length).toBeGreaterThan(1);
    return found;
  });
  const times = events.map(({ data }) => data.scheduled_at);
  expect(new Set(times).size).toBe(times.length);
  expect(await inputOf(events[0]?.run_id ?? null)).toEqual({ number: 7 });
  expect(await platform.json(`/v1/runs/${events[0]?.run_id}`)).toMatchObject({
    started_by: { kind: "schedule", trigger_id: id },
  });
  expect(await show(id)).toMatchObject({ failure: null, last_run_id: expect.any(String) });
});

test("what a trigger starts goes on with the workflows that it runs as they were then", async () => {
  const inner = { nodes: [v1Node("in", "InputNode", { label: "then" })], edges: [] };
  const saved = { body: { name: "Inner", definition: inner } };
  const { id: innerId } = await platform.json<{ id: string }>("/v1/workflows", saved);
  const outer = { nodes: [v1Node("sub", "InvokeSubflowV2Node", { workflow_id: innerId })], edges: [] };
  const body = { name: "Outer", definition: outer };
  const { id } = await platform.json<{ id: string }>("/v1/workflows", { body });
  const definition = { type: "schedule", cron: "* * * * * *" };
  await platform.json(`/v1/workflows/${id}/triggers`, { body: { definition } });
  const { pool } = platform.database;
  const subflows = await until(async () => {
    const { rows } = await pool.query("select subflows from runs where workflow_id = $1", [id]);
    expect(rows).not.toEqual([]);
    return rows[0].subflows;
  });
  await platform.send(`/v1/workflows/${id}`, { method: "DELETE" });
  expect(subflows).toEqual({ [innerId]: inner });
});

test("a schedule that is paused starts nothing, and what passed meanwhile is not missed", async () => {
  const { id } = await create({ type: "schedule", cron: "0 0 1 1 *", missed: "all", input: { number: 1 } });
  expect(await change(id, { enabled: false })).toMatchObject({ status: "paused", next_at: null });
  await platform.database.pool.query("update workflow_triggers set next_at = '2020-01-01' where id = $1", [
    id,
  ]);
  expect(Date.parse((await change(id, { enabled: true })).next_at ?? "")).toBeGreaterThan(Date.now());
  expect(await eventsOf(id)).toEqual([]);
});

test("times that passed while no platform ran are started as the policy says, each once", async () => {
  const { id } = await create({
    type: "schedule",
    cron: "0 0 1 1 *",
    missed: "all",
    max_missed: 3,
    input: { number: 1 },
  });
  await platform.database.pool.query("update workflow_triggers set next_at = '2018-01-01' where id = $1", [
    id,
  ]);
  const events = await until(async () => {
    const found = await eventsOf(id);
    expect(found).toHaveLength(3);
    return found;
  });
  expect(new Set(events.map(({ run_id }) => run_id)).size).toBe(3);
});

test("a start that the workflow refuses is shown with its reason, among the events too", async () => {
  const { id } = await create({ type: "schedule", cron: "* * * * * *" });
  const failed = await until(async () => {
    const trigger = await show(id);
    expect(trigger?.status).toBe("failing");
    return trigger;
  });
  expect(failed?.status_reason).toContain('needs the input "number"');
  const [event] = await eventsOf(id, "errored=true");
  expect(event).toMatchObject({ run_id: null, error: { code: "workflow_input_missing" } });
  await change(id, { definition: { type: "schedule", cron: "* * * * * *", input: { number: 2 } } });
  await until(async () => expect((await show(id))?.status).toBe("active"));
});

test("a plugin's trigger is polled with the state of its last poll, and each event starts a run", async () => {
  await pluginWithTrigger("count", ({ n = 0 }) => ({
    events: [{ number: n + 1, other: "not an input" }],
    state: { n: n + 1 },
  }));
  const { id } = await create({ type: "count" });
  const events = await until(async () => {
    const found = await eventsOf(id);
    expect(found.length).toBeGreaterThan(2);
    return found.reverse();
  });
  const numbers = await Promise.all(events.map(async ({ run_id }) => (await inputOf(run_id)).number));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test("while one platform polls a trigger no other does, and a poll that was overtaken brings nothing", async () => {
  const release = Promise.withResolvers<void>();
  let polls = 0;
  await pluginWithTrigger("slow", async () => {
    polls += 1;
    await release.promise;
    return { events: [{ number: 1 }], state: { n: 1 } };
  });
  const { id } = await create({ type: "slow", polling_interval: 3600 });
  await until(() => expect(polls).toBe(1));
  const { rows } = await platform.database.pool.query(
    "select lease_until > now() as leased, next_at <= now() as due from workflow_triggers where id = $1",
    [id],
  );
  expect(rows).toEqual([{ leased: true, due: true }]);
  await change(id, { enabled: false });
  release.resolve();
  await change(id, { definition: { type: "slow", polling_interval: 3600 }, enabled: true });
  await until(async () => expect(await eventsOf(id)).toHaveLength(1));
  expect(polls).toBe(2);
});

test("a poll that fails, and a trigger that no plugin has, say so and are tried again", async () => {
  let isBroken = true;
  await pluginWithTrigger("shaky", () =>
    isBroken ? { error: "plugin_call_failed", detail: "the mailbox is locked" } : { events: [], state: {} },
  );
  const unknown = await create({ type: "nobodys" });
  const { id } = await create({ type: "shaky", polling_interval: 1 });
  await until(async () => expect((await show(id))?.status_reason).toContain("the mailbox is locked"));
  isBroken = false;
  await until(async () => expect(await show(id)).toMatchObject({ status: "active", failure: null }));
  await until(async () => expect((await show(unknown.id))?.status_reason).toMatch(/nobodys.*shaky/s));
});

test("a definition without a type is kept as it was sent, and says that it starts nothing", async () => {
  const { id, active, status, status_reason } = await create({ folder: "inbox" });
  expect([active, status, status_reason]).toEqual([false, "inactive", expect.stringContaining("type")]);
  expect(await platform.json(`/v1/triggers/${id}`, { method: "DELETE" })).toEqual({ success: true });
  expect((await platform.send(`/v1/triggers/${id}`, { method: "DELETE" })).status).toBe(404);
});

test("a schedule that is none is refused with what was expected", async () => {
  for (const [definition, words] of [
    [{ type: "schedule", cron: "often" }, "cron expression such as"],
    [{ type: "schedule" }, "definition.cron"],
    [{ type: "schedule", cron: "* * * * *", timezone: "Moon" }, "time zone such as"],
    [{ type: "schedule", cron: "* * * * *", missed: "never" }, "definition.missed"],
  ] as const) {
    const answer = await platform.send(path(), { body: { definition } });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: "invalid_request", detail: expect.stringContaining(words) }),
    ]);
  }
});

test("triggers come in pages, oldest first, of a workflow or of the whole workspace", async () => {
  const [first, second] = [await create({ a: 1 }), await create({ a: 2 })];
  const page = (number: number) => platform.json(`${path()}?size=1&page=${number}`);
  expect(await page(1)).toMatchObject({ items: [{ id: first.id }], total: 2, size: 1 });
  expect(await page(2)).toMatchObject({ items: [{ id: second.id }], page: 2 });
  const hook = await create({ type: "webhook" });
  expect(await platform.json("/v1/triggers?kind=webhook")).toMatchObject({ items: [{ id: hook.id }] });
});

test("a version that the workflow does not have, and another workspace's trigger, are not found", async () => {
  const definition = { folder: "inbox" };
  const body = { definition, workflow_version_id: randomUUID() };
  expect((await platform.send(path(), { body })).status).toBe(404);
  const { id } = await create(definition);
  const { key } = await createTestWorkspace(platform, "untriggered");
  const requests = [
    [path(), "GET"],
    [path(), "POST"],
    [`${path()}/${id}`, "PATCH"],
    [`${path()}/${id}/events`, "GET"],
    [`/v1/triggers/${id}`, "DELETE"],
  ] as const;
  for (const [address, method] of requests) {
    const options = { method, key, ...(["POST", "PATCH"].includes(method) && { body: { definition } }) };
    expect([method, (await platform.send(address, options)).status]).toEqual([method, 404]);
  }
});

test("the next times of a schedule are told before it is made, or what is wrong with it", async () => {
  const ask = (query: string) => platform.send(`/v1/triggers/next-times?${query}`);
  const told = await ask("cron=0+9+*+*+*&timezone=Europe%2FLisbon&count=3");
  const { times } = (await told.json()) as { times: string[] };
  expect(times.map((time) => Date.parse(time) > Date.now())).toEqual([true, true, true]);
  const refused = (await (await ask("cron=never&timezone=UTC")).json()) as { fields: { path: string }[] };
  expect(refused.fields[0]?.path).toBe("definition.cron");
});
