import { expect, test } from "vitest";
import { asText, columnsOf, isImage, kindOf } from "./value-kind.ts";

const picture = { uri: "spot://1", name: "a.png", content_type: "image/png" };
const large = { $large_value: "0".repeat(64), size: 400_000, preview: '"aaa' };

test.each([
  [undefined, "nothing"],
  ["", "nothing"],
  ["words", "text"],
  [0, "plain"],
  [false, "plain"],
  [picture, "file"],
  [[picture, picture], "files"],
  [[picture, 1], "tree"],
  [large, "large"],
  [[], "tree"],
  [{}, "tree"],
  [[{ a: 1 }], "tree"],
  [[{ a: 1, b: 2 }, { a: 3 }], "table"],
  [[{ a: 1 }, large], "tree"],
  [[{ a: 1 }, "b"], "tree"],
])("%j is read as %s", (value, kind) => expect(kindOf(value)).toBe(kind));

test("objects that share little, or have very many fields, make no table", () => {
  expect(columnsOf([{ a: 1 }, { b: 1 }, { c: 1 }])).toBeUndefined();
  const wide = Object.fromEntries(Array.from({ length: 25 }, (_, column) => [`c${column}`, column]));
  expect(columnsOf([wide, wide])).toBeUndefined();
  expect(
    columnsOf([
      { a: 1, b: 2 },
      { b: 3, c: 4 },
    ]),
  ).toEqual(["a", "b", "c"]);
});

test("only pictures that browsers draw are drawn", () => {
  expect(isImage(picture)).toBe(true);
  expect(isImage({ ...picture, content_type: "image/tiff" })).toBe(false);
  expect(isImage({ uri: "spot://1", name: "a.png" })).toBe(false);
});

test("a copy of a text is the text, of anything else its JSON", () => {
  expect(asText('say "no"')).toBe('say "no"');
  expect(asText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
});
