import { runs } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";

let platform: TestPlatform;
let path: string;
beforeAll(async () => {
  platform = await startTestPlatform();
  path = await saveWorkflow(platform.adminKey);
});
afterAll(() => platform.stop());

const definition = { nodes: [v1Node("in", "InputNode", { label: "Who" })], edges: [] };

async function saveWorkflow(key: string): Promise<string> {
  const body = { name: "Started", definition };
  const { id } = await platform.json<{ id: string }>("/v1/workflows", { body, key });
  return `/v1/workflows/${id}/runs`;
}

const start = (idempotencyKey: string, who: string, address = path, key = platform.adminKey) =>
  platform.send(address, {
    key,
    body: { input: { Who: who } },
    headers: { "idempotency-key": idempotencyKey },
  });

test("the same start gets the same answer again, even when the run has gone on, and makes no second run", async () => {
  const first = await (await start("once", "Ada")).json();
  await platform.database.db.update(runs).set({ status: "completed", progress: 100, finishedAt: new Date() });
  expect(await (await start("once", "Ada")).json()).toEqual(first);
  expect(await platform.json(path)).toMatchObject({ total: 1 });
});

test("a start of a part of a workflow is answered with that part again, paused or not", async () => {
  const body = { input: { Who: "Ada" }, node_ids: ["in"], timeout_seconds: 3600 };
  const part = () => platform.json<{ id: string }>(path, { body, headers: { "idempotency-key": "part" } });
  const first = await part();
  await platform.send(`/v1/runs/${first.id}/pause`, { method: "POST" });
  expect(await part()).toEqual(first);
  expect(first).toMatchObject({ node_ids: ["in"], deadline_at: expect.any(String), pause_requested: false });
});

test("a start that waits, sent again, waits for the run that there is", async () => {
  const { id } = (await (await start("awaited", "Ada")).json()) as { id: string };
  await platform.database.db
    .update(runs)
    .set({ status: "completed", output: { Greeting: "Hello" } })
    .where(eq(runs.id, id));
  const again = await start("awaited", "Ada", `${path}/sync?output_only=true`);
  expect(await again.json()).toEqual({ Greeting: "Hello" });
});

test("many equal starts at one moment make one run", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => start("at once", "Bob")));
  const ids = await Promise.all(answers.map(async (each) => ((await each.json()) as { id: string }).id));
  expect(new Set(ids).size).toBe(1);
});

test("another start under a used key is refused, and so is an endless key", async () => {
  await start("used", "Ada");
  const other = await start("used", "Bob");
  expect([other.status, await other.json()]).toMatchObject([422, { error: "idempotency_key_reused" }]);
  expect((await start("x".repeat(256), "Ada")).status).toBe(400);
});

test("a start that was refused leaves its key free", async () => {
  const broken = await platform.send(`/v1/workflows/${path.split("/")[3]}/runs`, {
    body: { input: { Who: "Ada" }, workflow_version_id: "no-such-version" },
    headers: { "idempotency-key": "free" },
  });
  expect(broken.status).toBe(404);
  expect((await start("free", "Ada")).status).toBe(200);
});

test("two workspaces may use one key", async () => {
  const { key } = await createTestWorkspace(platform, "same key");
  await start("shared", "Ada");
  expect((await start("shared", "Bob", await saveWorkflow(key), key)).status).toBe(200);
});
