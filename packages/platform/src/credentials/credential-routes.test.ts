import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
let key: string;
beforeAll(async () => {
  platform = await startTestPlatform();
  ({ key } = await createTestWorkspace(platform, "credentials"));
});
afterAll(() => platform?.stop());

interface Stored {
  id: string;
  integration: string;
  name: string;
}

const store = (integration: string, name: string) =>
  platform.json<Stored>("/v1/credentials", { body: { integration, name, payload: { api_key: "k-1" } }, key });
const change = (id: string, body: object, as = key) =>
  platform.send(`/v1/credentials/${id}`, { method: "PATCH", body, key: as });
const sealed = async (id: string) => {
  const { rows } = await platform.database.pool.query<{ payload_encrypted: string }>(
    "select payload_encrypted from credentials where id = $1",
    [id],
  );
  return rows[0]?.payload_encrypted;
};

test("a new name leaves the content, new content leaves the name, and neither is sent back", async () => {
  const { id } = await store("rename", "old");
  const before = await sealed(id);
  const renamed = await change(id, { name: "new" });
  expect([renamed.status, await renamed.json()]).toMatchObject([200, { id, name: "new" }]);
  expect(await sealed(id)).toBe(before);
  const replaced = await change(id, { payload: { api_key: "k-2" } });
  const text = await replaced.text();
  expect([replaced.status, JSON.parse(text)]).toMatchObject([200, { id, name: "new" }]);
  expect(text).not.toContain("k-2");
  expect(await sealed(id)).not.toBe(before);
});

test("a name that the integration's other credentials have is refused, and nothing changes", async () => {
  await store("taken", "first");
  const { id } = await store("taken", "second");
  const before = await sealed(id);
  const refused = await change(id, { name: "first", payload: { api_key: "k-3" } });
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { error: "conflict", detail: expect.stringContaining('"taken" named "first" already') },
  ]);
  expect(await sealed(id)).toBe(before);
  expect((await change(id, { name: "second" })).status).toBe(200);
});

test("deleted credentials are gone, and their name is free", async () => {
  const { id } = await store("deleted", "default");
  await platform.json(`/v1/credentials/${id}`, { method: "DELETE", key });
  expect(await sealed(id)).toBeUndefined();
  expect((await change(id, { name: "x" })).status).toBe(404);
  expect((await store("deleted", "default")).id).not.toBe(id);
});

test("another workspace's credentials cannot be changed, deleted or tested", async () => {
  const { id } = await store("private", "default");
  const { key: other } = await createTestWorkspace(platform, "others");
  const path = `/v1/credentials/${id}`;
  const refused = [
    await change(id, { name: "mine" }, other),
    await platform.send(path, { method: "DELETE", key: other }),
    await platform.send(`${path}/test`, { method: "POST", key: other }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(await sealed(id)).toBeDefined();
});

test("a test of credentials that no installed plugin takes says which integration is missing", async () => {
  const { id } = await store("nobodys", "default");
  const answer = await platform.send(`/v1/credentials/${id}/test`, { method: "POST", key });
  expect([answer.status, await answer.json()]).toMatchObject([
    404,
    { error: "plugin_unknown", detail: expect.stringContaining('"nobodys"') },
  ]);
});
