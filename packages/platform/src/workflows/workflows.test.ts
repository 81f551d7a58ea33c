import type { Manifest } from "@noxus/contracts";
import { plugins, runs } from "@noxus/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Edge, v1Node } from "../../../../fixtures/workflow-runs.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
  const connector = (data_type: string) => ({ name: "value", label: "Value", definition: { data_type } });
  const manifest = {
    name: "typed",
    version: "1.0.0",
    nodes: [
      { type: "gives_file", title: "Gives", inputs: [], outputs: [connector("File")], config: {} },
      { type: "takes_text", title: "Takes", inputs: [connector("str")], outputs: [], config: {} },
    ],
  } as unknown as Manifest;
  const source = { type: "local" as const, path: "/nowhere" };
  await platform.database.db.insert(plugins).values({ name: "typed", source, manifest });
});
afterAll(() => platform.stop());

const simple = { nodes: [v1Node("in", "InputNode", { label: "Who" })], edges: [] };
const save = (name: string, definition: object = simple) =>
  platform.send("/v1/workflows", { body: { name, definition } });
const saved = async (name: string) => (await (await save(name)).json()) as { id: string };

test("an update that was made of an older reading is refused, one of the newest or of any is not", async () => {
  const answer = await save("Read by two");
  const { id } = (await answer.json()) as { id: string };
  const etag = answer.headers.get("etag") ?? "";
  const rename = (name: string, match?: string) =>
    platform.send(`/v1/workflows/${id}`, {
      method: "PATCH",
      body: { name },
      ...(match && { headers: { "if-match": match } }),
    });
  const first = await rename("By the first", etag);
  expect([first.status, first.headers.get("etag") === etag]).toEqual([200, false]);
  const late = await rename("By the second", etag);
  expect([late.status, await late.json()]).toMatchObject([412, { error: "precondition_failed" }]);
  const read = await platform.send(`/v1/workflows/${id}`);
  expect(await read.json()).toMatchObject({ name: "By the first" });
  expect((await rename("By the second", read.headers.get("etag") ?? "")).status).toBe(200);
  expect((await rename("Whatever it was", "*")).status).toBe(200);
  expect((await rename("Without asking")).status).toBe(200);
});

test("of many updates of one reading one wins", async () => {
  const answer = await save("Raced for");
  const { id } = (await answer.json()) as { id: string };
  const headers = { "if-match": answer.headers.get("etag") ?? "" };
  const updates = Array.from({ length: 6 }, (_, index) =>
    platform.send(`/v1/workflows/${id}`, { method: "PATCH", body: { name: `${index}` }, headers }),
  );
  const statuses = (await Promise.all(updates)).map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, 412, 412, 412, 412, 412]);
});

test("types that do not fit are refused with node and connector, unless the author insists", async () => {
  const nodes = [v1Node("file", "gives_file", {}), v1Node("text", "takes_text", {})];
  const definition = { nodes, edges: [v1Edge("file.value", "text.value")] };
  const refused = await save("Unsound", definition);
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { error: "workflow_type_mismatch", fields: [{ path: "nodes[1].inputs.value" }] },
  ]);
  expect(await platform.json("/v1/workflows/validate", { body: { definition } })).toMatchObject({
    valid: false,
    problems: [{ code: "workflow_type_mismatch" }],
  });
  const body = { name: "Unsound", definition };
  const { id } = await platform.json<{ id: string }>("/v1/workflows?force=true", { body });
  expect((await platform.send(`/v1/workflows/${id}/runs`, { body: { input: {} } })).status).toBe(200);
});

test("a list's summaries say what a workflow holds, how it last went and when it starts next", async () => {
  const { id } = await saved("50%_done sometimes");
  await saved("50 done always");
  const run = await platform.json<{ id: string }>(`/v1/workflows/${id}/runs`, {
    body: { input: { Who: "Ada" } },
  });
  const definition = { type: "schedule", cron: "0 9 * * *", timezone: "UTC" };
  await platform.json(`/v1/workflows/${id}/triggers`, { body: { definition } });
  const found = await platform.json("/v1/workflow-summaries?q=50%25_DONE");
  expect(found).toMatchObject({
    total: 1,
    items: [
      {
        id,
        name: "50%_done sometimes",
        flow_version: "v1",
        node_count: 1,
        node_names: ["in"],
        last_run: { id: run.id, created_at: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) },
        triggers: { active: 1, failing: 0, next_at: expect.stringMatching(/T09:00:00\.000Z$/) },
      },
    ],
  });
  const all = await platform.json<{ items: { id: string }[] }>("/v1/workflow-summaries?q=done");
  expect(all.items).toHaveLength(2);
  expect(all.items[0]).toMatchObject({ last_run: null, triggers: { active: 0, next_at: null } });
  expect(JSON.stringify(all)).not.toContain("connector");
});

test("workflows, runs and logs come in pages that together hold each once", async () => {
  for (const name of ["Page a", "Page b", "Page c"]) await saved(name);
  const { id } = await saved("With runs");
  for (const who of ["Ada", "Bob", "Eve"])
    await platform.json(`/v1/workflows/${id}/runs`, { body: { input: { Who: who } } });
  for (const path of ["/v1/workflows", "/v1/runs", `/v1/workflows/${id}/runs`, `/v1/workflows/${id}/logs`]) {
    const seen: string[] = [];
    const { total } = await platform.json<{ total: number }>(`${path}?size=1`);
    for (let page = 1; page <= Math.ceil(total / 2) + 1; page++) {
      const answer = await platform.json<{ items: { id?: string; run_id?: string }[]; size: number }>(
        `${path}?page=${page}&size=2`,
      );
      expect([path, answer]).toMatchObject([path, { total, page, size: 2 }]);
      seen.push(...answer.items.map((item) => item.id ?? item.run_id ?? ""));
    }
    expect([path, new Set(seen).size, seen.length]).toEqual([path, total, total]);
  }
});

test("the log has a row a run, with a column for each input and output", async () => {
  const { id } = await saved("Logged");
  expect(await platform.json<string[]>(`/v1/workflows/${id}/logs/columns`)).toContain("duration_ms");
  await platform.json(`/v1/workflows/${id}/runs`, { body: { input: { Who: "Ada" } } });
  const startedAt = new Date("2026-01-01T00:00:00Z");
  const finishedAt = new Date("2026-01-01T00:00:01.500Z");
  await platform.database.db
    .update(runs)
    .set({ status: "completed", startedAt, finishedAt, output: { Greeting: "Hello" } });
  expect(await platform.json(`/v1/workflows/${id}/logs`)).toMatchObject({
    items: [{ status: "completed", duration_ms: 1500, "input.Who": "Ada", "output.Greeting": "Hello" }],
  });
  const columns = await platform.json<string[]>(`/v1/workflows/${id}/logs/columns`);
  expect(columns).toEqual(expect.arrayContaining(["run_id", "error", "input.Who", "output.Greeting"]));
});
