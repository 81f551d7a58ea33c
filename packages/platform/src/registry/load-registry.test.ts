import type { Manifest } from "@noxus/contracts";
import { plugins } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../fixtures/postgres.ts";
import { createNodeRegistry, listNodes } from "./load-registry.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const manifest = (type: string, fieldType = "str") =>
  ({
    name: "stamped",
    nodes: [{ type, inputs: [], outputs: [], config: { field: { type: fieldType } } }],
    integrations: [],
  }) as unknown as Manifest;

async function install(name: string, type: string, fieldType?: string): Promise<string> {
  const values = {
    name,
    source: { type: "local" as const, path: "/nowhere" },
    manifest: { ...manifest(type, fieldType), name },
  };
  const [row] = await database.database.db.insert(plugins).values(values).returning();
  return row?.id ?? "";
}

test("the registry is kept while no plugin is written, and a write by anybody shows in the next call", async () => {
  const { db } = database.database;
  const read = createNodeRegistry(db);
  const id = await install("stamped", "first");
  const before = await read();
  expect(before.find("first")?.plugin?.id).toBe(id);
  expect(await read()).toBe(before);
  await db
    .update(plugins)
    .set({ manifest: manifest("second") })
    .where(eq(plugins.id, id));
  expect((await read()).types()).toContain("second");
  await db.update(plugins).set({ deletedAt: new Date() }).where(eq(plugins.id, id));
  expect((await read()).types()).not.toContain("second");
});

test("a field of a type that clients do not know reaches them as Any, since they refuse the whole list for it", async () => {
  const { db } = database.database;
  await install("odd", "odd_field", "Literal");
  const nodes = await listNodes(db, await createNodeRegistry(db)(), 1_000);
  expect(nodes.find(({ type }) => type === "odd_field")).toMatchObject({
    is_available: false,
    config: { field: { type: "Any", optional: false, default: null } },
  });
});
