import { runs, workspaces } from "@noxus/database";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createTestDatabase,
  type TestDatabase,
  urlOfDatabase,
  withAdmin,
} from "../../../../fixtures/postgres.ts";
import { migrate } from "./migrate.ts";
import { waitForSchema } from "./schema-version.ts";

const signal = AbortSignal.timeout(60_000);
let test_: TestDatabase;

beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterAll(() => test_.drop());

/** An empty database beside the migrated one. */
async function withEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const name = `empty_${process.pid}`;
  await withAdmin(test_.url, (client) => client.query(`create database ${name} owner noxus`));
  try {
    await work(urlOfDatabase(test_.url, name));
  } finally {
    await withAdmin(test_.url, (client) => client.query(`drop database ${name} with (force)`));
  }
}

test("four programs that migrate at once all succeed, and the schema is there", async () => {
  await withEmptyDatabase(async (url) => {
    await Promise.all([1, 2, 3, 4].map(() => migrate(url, { signal })));
    await migrate(url, { signal });
  });
});

test("the migrated database takes rows", async () => {
  const [workspace] = await test_.database.db.insert(workspaces).values({ name: "one" }).returning();
  expect(workspace?.id).toMatch(/^[0-9a-f-]{36}$/);
  const [{ count } = { count: -1 }] = await test_.database.db
    .select({ count: sql<number>`count(*)::int` })
    .from(runs);
  expect(count).toBe(0);
});

test("a program that does not migrate waits until the schema is there", async () => {
  await withEmptyDatabase(async (url) => {
    const { connect } = await import("../connection/connect.ts");
    const { silent } = await import("../../../../fixtures/postgres.ts");
    const database = connect({ url, applicationName: "worker", logger: silent });
    try {
      const waiting = Promise.withResolvers<void>();
      const there = waitForSchema({ pool: database.pool, onWaiting: waiting.resolve, signal });
      await waiting.promise;
      await migrate(url, { signal });
      await there;
    } finally {
      await database.close();
    }
  });
});

test("waiting for the schema ends with the signal", async () => {
  await withEmptyDatabase(async (url) => {
    const pg = await import("pg");
    const pool = new pg.default.Pool({ connectionString: url });
    try {
      const stop = new AbortController();
      const reason = new Error("stopped");
      const waiting = waitForSchema({ pool, onWaiting: () => stop.abort(reason), signal: stop.signal });
      await expect(waiting).rejects.toBe(reason);
    } finally {
      await pool.end();
    }
  });
});
