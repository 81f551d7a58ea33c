import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";

let platform: TestPlatform;
let other: { key: string };
beforeAll(async () => {
  platform = await startTestPlatform();
  other = await createTestWorkspace(platform, "other");
});
afterAll(() => platform.stop());

/** Topics in the order in which a key is told of them, as long as the test lasts. */
async function follow(key: string): Promise<string[]> {
  const told: string[] = [];
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const { body } = await platform.send("/v1/changes", { key, signal: gone.signal });
  const read = async () => {
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? [])
      told.push(...[...text.matchAll(/^event: (\w+)$/gm)].map(([, topic]) => topic ?? ""));
  };
  void read().catch(() => {});
  return told;
}

const heard = (told: string[], topic: string) =>
  vi.waitFor(() => expect(told).toContain(topic), { timeout: 10_000, interval: 20 });

test("what changes in a workspace is told there, and nowhere else", async () => {
  const [own, others] = await Promise.all([follow(platform.adminKey), follow(other.key)]);
  const body = { name: "w", definition: { nodes: [v1Node("in", "InputNode", { label: "Who" })], edges: [] } };
  const { id } = await platform.json<{ id: string }>("/v1/workflows", { body });
  await heard(own, "workflows");
  const definition = { type: "schedule", cron: "0 9 * * *" };
  const trigger = await platform.json<{ id: string }>(`/v1/workflows/${id}/triggers`, {
    body: { definition },
  });
  await heard(own, "triggers");
  own.length = 0;
  await platform.json(`/v1/triggers/${trigger.id}`, { method: "DELETE" });
  await heard(own, "triggers");
  await platform.json(`/v1/workflows/${id}/runs`, { body: { input: { Who: "Ada" } } });
  await heard(own, "runs");
  // What everybody is told comes after all that was told before it.
  const source = { type: "local", path: "/nowhere" };
  await platform.json("/v1/plugins", { body: { source } });
  await heard(others, "plugins");
  expect(others).toEqual(["plugins"]);
});

test("what is refused, or only read, changes nothing", async () => {
  const told = await follow(platform.adminKey);
  const refused = await platform.send("/v1/workflows", { body: {} });
  expect(refused.status).toBe(400);
  await platform.json("/v1/workflows/validate", { body: { definition: {} } });
  await platform.json("/v1/workflows", { body: { name: "last", definition: { nodes: [], edges: [] } } });
  await heard(told, "workflows");
  expect(told).toEqual(["workflows"]);
});
