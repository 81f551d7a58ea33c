import { expect, test } from "vitest";
import { choicesOf } from "./choices.ts";

test("choices are texts, numbers or objects, each once, and keep what is to be sent", () => {
  expect(choicesOf(["a", 2, { value: 3, label: "three" }, { name: "n" }, "a"])).toEqual([
    { value: "a", label: "a", raw: "a" },
    { value: "2", label: "2", raw: 2 },
    { value: "3", label: "three", raw: 3 },
    { value: "n", label: "n", raw: "n" },
  ]);
  expect(choicesOf(undefined)).toEqual([]);
});
