import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("one key waits for itself, also after a failure; another key does not wait", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", async () => {
    await gate.promise;
    order.push("first");
    throw new Error("first failed");
  });
  const second = turns.take("a", async () => order.push("second"));
  await turns.take("b", async () => order.push("other"));
  gate.resolve();
  await expect(first).rejects.toThrow("first failed");
  await second;
  expect(order).toEqual(["other", "first", "second"]);
  expect(turns.has("a")).toBe(false);
});
