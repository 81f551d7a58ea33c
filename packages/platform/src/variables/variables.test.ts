import { variables } from "@noxus/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

interface Variable {
  id: string;
  name: string;
  kind: string;
  inline_value: string | null;
  has_value: boolean;
}

const create = (body: object) => platform.json<Variable>("/v1/variables", { body });
const change = (id: string, body: object) => platform.send(`/v1/variables/${id}`, { method: "PATCH", body });
const list = async (key = platform.adminKey) =>
  (await platform.json<{ variables: Variable[] }>("/v1/variables", { key })).variables;

test("a secret is stored sealed and never sent back, a variable is", async () => {
  const secret = await create({ name: "token", kind: "secret", inline_value: "swordfish" });
  expect(secret).toMatchObject({ inline_value: null, has_value: true });
  await create({ name: "city", inline_value: "Porto" });
  const shown = await list();
  expect(shown.find(({ name }) => name === "city")?.inline_value).toBe("Porto");
  const stored = await platform.database.db.select().from(variables);
  expect(JSON.stringify([shown, stored])).not.toMatch(/swordfish|"value":"Porto"/);
});

test("a change keeps what it does not name; a secret is not opened by making it a variable", async () => {
  const { id } = await create({ name: "kept", kind: "secret", inline_value: "one" });
  expect((await change(id, { kind: "variable" })).status).toBe(409);
  expect(await (await change(id, { name: "renamed" })).json()).toMatchObject({ has_value: true });
  const opened = await change(id, { kind: "variable", inline_value: "two" });
  expect(await opened.json()).toMatchObject({ name: "renamed", inline_value: "two" });
  expect(await (await change(id, { inline_value: null })).json()).toMatchObject({ has_value: false });
});

test.each([
  ["number", "1.5", "many"],
  ["boolean", "true", "yes"],
  ["object", '{"a": 1}', "[1]"],
  ["datetime", "2030-01-31T12:00:00Z", "soon"],
])("a %s is %s, not %s, and a refusal does not repeat the value", async (value_type, good, bad) => {
  await create({ name: `good ${value_type}`, value_type, inline_value: good });
  const body = { name: `bad ${value_type}`, value_type, inline_value: bad };
  const refused = await platform.send("/v1/variables", { body });
  const text = await refused.text();
  expect([refused.status, text.includes(`"${bad}"`)]).toEqual([400, false]);
  expect(text).toContain("body.inline_value");
});

test("names are taken once a workspace; other workspaces see and change nothing of it", async () => {
  const { id } = await create({ name: "mine" });
  expect((await platform.send("/v1/variables", { body: { name: "mine" } })).status).toBe(409);
  const { id: other } = await create({ name: "other" });
  expect((await change(other, { name: "mine" })).status).toBe(409);
  const { key } = await createTestWorkspace(platform, "no variables");
  expect(await list(key)).toEqual([]);
  expect((await platform.send(`/v1/variables/${id}`, { method: "DELETE", key })).status).toBe(404);
  expect(await platform.json(`/v1/variables/${id}`, { method: "DELETE" })).toEqual({ ok: true });
});

test("a source that is not here is refused with what there is", async () => {
  const refused = await platform.send("/v1/variables", { body: { name: "vaulted", source: "vault" } });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("`inline`")]);
});
