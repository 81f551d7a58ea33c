import fc from "fast-check";
import { expect, test } from "vitest";
import { toJsonb } from "./json-value.ts";

test("U+0000 and half surrogates become U+FFFD, in keys too; everything else stays", () => {
  const nasty = "a\u0000b\uD800c";
  expect(JSON.parse(toJsonb({ [nasty]: [nasty, "ok \\u0000"] }))).toEqual({
    "a\uFFFDb\uFFFDc": ["a\uFFFDb\uFFFDc", "ok \\u0000"],
  });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = toJsonb(value);
      expect(text).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i);
      // JSON knows no -0: what its text says is all that can stay.
      const plain = JSON.stringify(value);
      if (!/\\u(0000|d[89a-f])/i.test(plain)) expect(text).toBe(plain);
    }),
  );
});
