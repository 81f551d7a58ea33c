import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  createTestDatabase,
  silent,
  type TestDatabase,
  urlOfDatabase,
  withAdmin,
} from "../../../../fixtures/postgres.ts";
import { connect } from "../connection/connect.ts";
import { sql } from "../drizzle/sql.ts";
import { runs, workspaces } from "../schema/schema.ts";
import { migrate } from "./migrate.ts";
import { migrationsFolder, waitForSchema } from "./schema-version.ts";

const signal = AbortSignal.timeout(60_000);
const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
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

test("the migrations make the schema that the code describes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "noxus-migrations-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(migrationsFolder, folder, { recursive: true });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs"),
      "generate",
      "--dialect=postgresql",
      `--schema=${fileURLToPath(new URL("../schema/schema.ts", import.meta.url))}`,
      `--out=${relative(packageFolder, folder)}`,
    ],
    { cwd: packageFolder },
  );
  // Otherwise: run `drizzle-kit generate` in the package.
  expect(stdout).toContain("No schema changes");
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
    const database = connect({ url, applicationName: "worker", logger: silent });
    try {
      const stop = new AbortController();
      const reason = new Error("stopped");
      const waiting = waitForSchema({
        pool: database.pool,
        onWaiting: () => stop.abort(reason),
        signal: stop.signal,
      });
      await expect(waiting).rejects.toBe(reason);
    } finally {
      await database.close();
    }
  });
});
