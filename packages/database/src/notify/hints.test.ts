import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, silent, type TestDatabase } from "../../../../fixtures/postgres.ts";
import { Hints } from "./hints.ts";

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterAll(() => test_.drop());

test("what is told while a hint is under way goes together in the next one, and the same only once", async () => {
  const { pool, notifications } = test_.database;
  const heard: string[] = [];
  const all = Promise.withResolvers<void>();
  const listening = notifications.listen("c", (hint) => {
    if (hint.kind === "notification" && heard.push(hint.payload) === 4) all.resolve();
  });
  await listening.ready;
  let statements = 0;
  const counting = {
    query: (statement: object) => {
      statements += 1;
      return pool.query(statement as never);
    },
  };
  const hints = new Hints(counting as never, silent);
  for (const payload of ["first", "a", "b", "a", "b", "c"]) hints.tell("c", payload);
  await hints.told();
  await all.promise;
  expect([heard, statements]).toEqual([["first", "a", "b", "c"], 2]);
  listening.stop();
});

test("a database that is away is no failure: whoever waits looks by himself", async () => {
  const away = { query: () => Promise.reject(new Error("Connection terminated")) };
  const hints = new Hints(away as never, silent);
  hints.tell("c", "x");
  await expect(hints.told()).resolves.toBeUndefined();
});
