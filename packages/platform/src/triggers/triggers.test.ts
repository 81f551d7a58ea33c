import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
let workflow: string;
beforeAll(async () => {
  platform = await startTestPlatform();
  const body = { name: "Triggered", definition: { nodes: [], edges: [] } };
  ({ id: workflow } = await platform.json<{ id: string }>("/v1/workflows", { body }));
});
afterAll(() => platform.stop());

const definition = { type: "new_mail", config: { folder: "inbox" } };
const create = () =>
  platform.json<{ id: string; active: boolean; status_reason: string }>(
    `/v1/workflows/${workflow}/triggers`,
    { body: { definition } },
  );

test("a trigger is kept as it was sent, and says that it starts nothing", async () => {
  const { id, active, status_reason } = await create();
  expect([active, status_reason]).toEqual([false, expect.stringContaining("does not poll")]);
  const changed = await platform.json(`/v1/workflows/${workflow}/triggers/${id}`, {
    method: "PATCH",
    body: { definition: { type: "new_row" } },
  });
  expect(changed).toMatchObject({ definition: { type: "new_row" }, workflow_version_id: null });
  expect(await platform.json(`/v1/workflows/${workflow}/triggers/${id}/events`)).toMatchObject({ items: [] });
  expect(await platform.json(`/v1/triggers/${id}`, { method: "DELETE" })).toEqual({ success: true });
  expect((await platform.send(`/v1/triggers/${id}`, { method: "DELETE" })).status).toBe(404);
});

test("triggers come in pages, oldest first", async () => {
  const [first, second] = [await create(), await create()];
  const page = (number: number) => platform.json(`/v1/workflows/${workflow}/triggers?size=1&page=${number}`);
  expect(await page(1)).toMatchObject({ items: [{ id: first.id }], total: 2, size: 1 });
  expect(await page(2)).toMatchObject({ items: [{ id: second.id }], page: 2 });
});

test("a version that the workflow does not have, and another workspace's trigger, are not found", async () => {
  const path = `/v1/workflows/${workflow}/triggers`;
  const body = { definition, workflow_version_id: randomUUID() };
  expect((await platform.send(path, { body })).status).toBe(404);
  const { id } = await create();
  const { key } = await createTestWorkspace(platform, "untriggered");
  const requests = [
    [path, "GET"],
    [path, "POST"],
    [`${path}/${id}`, "PATCH"],
    [`${path}/${id}/events`, "GET"],
    [`/v1/triggers/${id}`, "DELETE"],
  ] as const;
  for (const [address, method] of requests) {
    const options = { method, key, ...(["POST", "PATCH"].includes(method) && { body: { definition } }) };
    expect([method, (await platform.send(address, options)).status]).toEqual([method, 404]);
  }
});
