import { expect, test } from "vitest";
import { isLarger } from "./is-larger.ts";

test.each([
  ["a text", "x".repeat(1_000)],
  ["a list of texts", Array.from({ length: 100 }, () => "12345678")],
  [
    "objects with names",
    Array.from({ length: 20 }, (_, n) => ({ [`${"name".repeat(10)}${n}`]: { deep: [n, null] } })),
  ],
])("%s is larger than half of its JSON text, and not than twice of it", (_, value) => {
  const { length } = JSON.stringify(value);
  expect([isLarger(value, length / 2), isLarger(value, length * 2)]).toEqual([true, false]);
});

test.each([undefined, null, true, 12, "", {}, []])("%j is not large", (value) => {
  expect(isLarger(value, 10)).toBe(false);
});

test("no more is looked at than decides", () => {
  const watched = {
    first: "x".repeat(100),
    get second(): never {
      throw new Error("looked at");
    },
  };
  expect(isLarger(watched, 50)).toBe(true);
});
