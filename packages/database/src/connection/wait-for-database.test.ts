import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isNoxusError } from "@noxus/contracts";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestDatabase, silent, type TestDatabase, withAdmin } from "../../../../fixtures/postgres.ts";
import { sql } from "../drizzle/sql.ts";
import { addressWithoutPassword } from "./address-without-password.ts";
import { connect } from "./connect.ts";
import { type Waiting, waitForDatabase } from "./wait-for-database.ts";

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

/** Waits until the database was found away `times` times, and gives those findings. */
async function findAway(url: string, times: number): Promise<Waiting[]> {
  const stop = new AbortController();
  const found: Waiting[] = [];
  const onWaiting = (waiting: Waiting) => found.push(waiting) === times && stop.abort();
  await waitForDatabase({ url, onWaiting, signal: stop.signal }).catch(() => {});
  return found;
}

test("a database that answers is not waited for", async () => {
  const onWaiting = () => expect.unreachable();
  await waitForDatabase({ url: shared.url, onWaiting, signal: AbortSignal.timeout(10_000) });
});

test("a database that is away is tried again with growing waits, and the error says where and why, not the password", async () => {
  const url = "postgresql://somebody:hush-hush@127.0.0.1:1/things?sslpassword=hush-too";
  const found = await findAway(url, 3);
  expect(found.map(({ retryInMs }) => retryInMs)).toEqual([100, 200, 400]);
  expect(found[0]?.error.code).toBe("database_unreachable");
  expect(found[0]?.error.message).toContain("somebody@127.0.0.1:1/things");
  expect(found[0]?.error.message).toContain("ECONNREFUSED");
  const everything = found.map(({ error }) => `${error.stack} ${error.cause}`).join();
  expect(everything).not.toMatch(/hush/);
});

test("a wrong address, a missing database and a server that says nothing are waited for too", async () => {
  const missing = new URL(shared.url);
  missing.pathname = "/nowhere";
  const [first] = await findAway(missing.href, 1);
  expect(first?.error.message).toContain('database "nowhere" does not exist');
  const [second] = await findAway("not a url with pass:word@in it", 1);
  expect(isNoxusError(second?.error, "database_unreachable")).toBe(true);
  expect(second?.error.message).not.toContain("word@");
});

test("the wait ends when the database comes", async () => {
  const path = join(tmpdir(), `noxus-test-${process.pid}`);
  // Something that hangs up on whoever connects, in the place where PostgreSQL is expected.
  const door = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void door.close());
  const address = door.address();
  const port = typeof address === "object" ? address?.port : 0;
  const [waiting] = await findAway(`postgresql://u@127.0.0.1:${port}/d?x=${path}`, 1);
  expect(waiting?.attempt).toBe(1);
});

test("the wait ends with the signal's reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const waiting = waitForDatabase({
    url: "postgresql://u@127.0.0.1:1/d",
    onWaiting: () => stop.abort(reason),
    signal: stop.signal,
  });
  await expect(waiting).rejects.toBe(reason);
});

test("an address is shown without its password", () => {
  expect(addressWithoutPassword("postgres://me:pw@db.example:6432/x")).toBe(
    "postgres://me@db.example:6432/x",
  );
  expect(addressWithoutPassword("postgres://me@h/x?password=pw&sslmode=require")).toBe(
    "postgres://me@h/x?sslmode=require",
  );
  expect(addressWithoutPassword("pw pw")).not.toContain("pw");
});

test("connections that are cut, idle or in a transaction, fail their query and not the process", async () => {
  const database = connect({ url: shared.url, max: 3, applicationName: "cut", logger: silent });
  const cut = () =>
    withAdmin(shared.url, (client) =>
      client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'"),
    );
  await database.pool.query("select 1");
  await cut();
  await database.pool.query("select 1").catch(() => {});
  const transaction = database.db.transaction(async (tx) => {
    await tx.execute(sql`select 1`);
    await cut();
    await tx.execute(sql`select 1`);
  });
  await expect(transaction).rejects.toThrow();
  await expect(database.pool.query("select 1 as one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await Promise.all([database.close(), database.close()]);
});
