import { expect, test } from "vitest";
import { keyMatcher, sameKey } from "./compare-keys.ts";

test.each([
  ["abc", "abc", true],
  ["abc", "abd", false],
  ["abc", "abcd", false],
  ["", "abc", false],
])("%j is the key %j: %s", (given, expected, same) => {
  expect(sameKey(given, expected)).toBe(same);
  expect(keyMatcher(expected)(given)).toBe(same);
});
