import { expect, test } from "vitest";
import { folded } from "./folded.ts";

test("a text is folded by its lines or by its length, and not where it is short", () => {
  expect(folded("one\ntwo")).toBeUndefined();
  expect(folded("x".repeat(5_000))).toHaveLength(1_200);
  expect(folded("line\n".repeat(100))?.split("\n")).toHaveLength(12);
});
