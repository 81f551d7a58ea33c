import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("no more than the places work at once, in the order they came", async () => {
  const slots = new Slots(1);
  const order: number[] = [];
  const { signal } = new AbortController();
  const gate = Promise.withResolvers<void>();
  const first = slots.use(() => gate.promise.then(() => order.push(1)), signal);
  const second = slots.use(async () => order.push(2), signal);
  expect(order).toEqual([]);
  gate.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
});

test("who gives up waiting loses no place for the others", async () => {
  const slots = new Slots(1);
  const { signal } = new AbortController();
  const gate = Promise.withResolvers<void>();
  const first = slots.use(() => gate.promise, signal);
  const leaving = new AbortController();
  const gone = slots.use(async () => "never", leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(gone).rejects.toThrow("gone");
  const third = slots.use(async () => "third", signal);
  gate.resolve();
  await first;
  await expect(third).resolves.toBe("third");
});
