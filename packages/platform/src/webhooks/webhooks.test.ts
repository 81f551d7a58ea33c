import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";

let platform: TestPlatform;
let triggers: string;
let hook: { id: string; path: string; secret: string };
beforeAll(async () => {
  platform = await startTestPlatform();
  const nodes = [v1Node("in", "InputNode", { label: "order" })];
  const body = { name: "Hooked", definition: { nodes, edges: [] } };
  const { id } = await platform.json<{ id: string }>("/v1/workflows", { body });
  triggers = `/v1/workflows/${id}/triggers`;
  hook = await platform.json(triggers, { body: { definition: { type: "webhook" } } });
});
afterAll(() => platform.stop());

interface Sending {
  id?: string;
  body?: string;
  at?: Date;
  secret?: string;
  /** Sent instead of what was signed. */
  sent?: string;
}

async function send({ id = randomUUID(), body = '{"order": 1}', ...how }: Sending = {}) {
  const { at = new Date(), secret = hook.secret, sent = body } = how;
  const answer = await fetch(platform.url + hook.path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    },
    body: sent,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const total = async () => (await platform.json<{ total: number }>("/v1/runs")).total;

test("a signed request starts a run with the body's fields as its inputs; no API key is asked for", async () => {
  const { status, body } = await send({ body: '{"order": 17, "more": true}' });
  expect([status, body.repeated]).toEqual([202, false]);
  expect(await platform.json(`/v1/runs/${body.run_id}`)).toMatchObject({ input: { order: 17 } });
});

test("the same request again starts nothing and answers as the first time, however many come at once", async () => {
  const id = randomUUID();
  const before = await total();
  const answers = await Promise.all(Array.from({ length: 6 }, () => send({ id })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.run_id)).size).toBe(1);
  expect(await total()).toBe(before + 1);
});

test("a wrong signature, changed bytes, an old request and an unknown address are refused alike", async () => {
  const before = await total();
  const other = `whsec_${Buffer.from("another secret of some length..").toString("base64")}`;
  const old = new Date(Date.now() - 6 * 60_000);
  const tries = [{ secret: other }, { sent: '{"order": 2}' }, { at: old }];
  for (const how of tries)
    expect(await send(how)).toMatchObject({ status: 401, body: { error: "unauthorized" } });
  const nobody = await fetch(`${platform.url}/v1/hooks/${randomUUID()}`, { method: "POST", body: "{}" });
  expect(nobody.status).toBe(401);
  expect(await total()).toBe(before);
});

test("a body that is no JSON object, or misses an input, is answered with what was expected, and may come again", async () => {
  expect(await send({ body: "{half" })).toMatchObject({ status: 400, body: { error: "malformed_json" } });
  expect(await send({ body: "[1]" })).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  const id = randomUUID();
  expect(await send({ id, body: "{}" })).toMatchObject({ body: { error: "workflow_input_missing" } });
  expect(await platform.json(`${triggers}?size=1`)).toMatchObject({
    items: [{ status: "failing", status_reason: expect.stringContaining('"order"') }],
  });
  expect(await send({ id })).toMatchObject({ status: 202, body: { repeated: false } });
});

test("the secret is told once; a new one ends the old one, and a paused webhook takes nothing", async () => {
  expect(JSON.stringify(await platform.json(triggers))).not.toContain(hook.secret);
  const patch = (body: object) =>
    platform.json<typeof hook>(`${triggers}/${hook.id}`, { method: "PATCH", body });
  const { secret } = await patch({ rotate_secret: true });
  expect((await send()).status).toBe(401);
  hook.secret = secret;
  await patch({ enabled: false });
  expect(await send()).toMatchObject({ status: 409, body: { error: "conflict" } });
  await patch({ enabled: true });
  expect((await send()).status).toBe(202);
});
