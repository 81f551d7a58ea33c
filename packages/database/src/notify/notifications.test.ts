import { EventEmitter, once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase, withAdmin } from "../../../../fixtures/postgres.ts";
import type { Hint } from "./notifications.ts";
import { notify } from "./notify.ts";

let test_: TestDatabase;
beforeEach(async () => {
  test_ = await createTestDatabase({ applicationName: "listener" });
});
afterEach(() => test_.drop());

/** Listens and lets the test wait for each hint in turn. */
async function listenTo(channel: string): Promise<{ next: () => Promise<Hint>; stop: () => void }> {
  const hints: Hint[] = [];
  const came = new EventEmitter();
  const listening = test_.database.notifications.listen(channel, (hint) => {
    hints.push(hint);
    came.emit("hint");
  });
  await listening.ready;
  const next = async (): Promise<Hint> => {
    while (hints.length === 0) await once(came, "hint", { signal: AbortSignal.timeout(20_000) });
    return hints.shift() as Hint;
  };
  return { next, stop: listening.stop };
}

async function cutListener(): Promise<void> {
  const { rowCount } = await withAdmin(test_.url, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'listener' and datname = $1 and query ilike 'listen%'`,
      [new URL(test_.url).pathname.slice(1)],
    ),
  );
  expect(rowCount).toBe(1);
}

test("a notification reaches the listeners of its channel when its transaction commits", async () => {
  const { next } = await listenTo("some channel");
  await test_.database.db.transaction((tx) => notify(tx, "another", "no"));
  await test_.database.db.transaction((tx) => notify(tx, "some channel", "yes"));
  expect(await next()).toEqual({ kind: "notification", payload: "yes" });
});

test("a transaction that is rolled back notifies nobody", async () => {
  const { next } = await listenTo("c");
  const rolledBack = test_.database.db.transaction(async (tx) => {
    await notify(tx, "c", "never");
    throw new Error("no");
  });
  await expect(rolledBack).rejects.toThrow("no");
  await notify(test_.database.db, "c", "after");
  expect(await next()).toEqual({ kind: "notification", payload: "after" });
});

test("after its connection is cut every listener is told to look again, and hears again", async () => {
  const one = await listenTo("one");
  const two = await listenTo("two");
  await cutListener();
  expect(await one.next()).toEqual({ kind: "reconnected" });
  expect(await two.next()).toEqual({ kind: "reconnected" });
  await notify(test_.database.db, "two", "still there");
  expect(await two.next()).toEqual({ kind: "notification", payload: "still there" });
});

test("who has stopped listening hears nothing more, the others do", async () => {
  const gone = await listenTo("c");
  const here = await listenTo("c");
  gone.stop();
  gone.stop();
  await notify(test_.database.db, "c", "x");
  await here.next();
  const unheard = Symbol();
  expect(await Promise.race([gone.next(), Promise.resolve(unheard)])).toBe(unheard);
});

test("a listener that throws does not keep the others from hearing", async () => {
  const broken = test_.database.notifications.listen("c", () => {
    throw new Error("broken");
  });
  await broken.ready;
  const { next } = await listenTo("c");
  await notify(test_.database.db, "c", "x");
  expect(await next()).toMatchObject({ payload: "x" });
});

test("a payload over PostgreSQL's limit is refused before it breaks the transaction", async () => {
  await expect(notify(test_.database.db, "c", "x".repeat(8_000))).rejects.toThrow(RangeError);
  await notify(test_.database.db, "c", "x".repeat(7_999));
});

test("nothing can be listened to after the end", async () => {
  await test_.database.close();
  expect(() => test_.database.notifications.listen("c", () => {})).toThrow("closed");
});

test("the end does not wait for a connection that is being made", async () => {
  const listening = test_.database.notifications.listen("c", () => {});
  await test_.database.close();
  await expect(listening.ready).rejects.toThrow("closed");
});
