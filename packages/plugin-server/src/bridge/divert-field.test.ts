import fc from "fast-check";
import { expect, test } from "vitest";
import { createBase64Decoder } from "./base64-decoder.ts";
import { divertField } from "./divert-field.ts";

function divert(json: string, size: number, depth = 1) {
  const content: Buffer[] = [];
  const field = divertField({ key: "content", depth, onContent: (part) => content.push(Buffer.from(part)) });
  const bytes = Buffer.from(json);
  for (let at = 0; at < bytes.length; at += size) field.write(bytes.subarray(at, at + size));
  return { content: Buffer.concat(content).toString(), rest: JSON.parse(field.rest()) as unknown };
}

test("the field is diverted wherever it stands, the rest is the same, however the text is cut", () => {
  const other = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(
      other,
      other,
      fc.base64String(),
      fc.integer({ min: 1, max: 20 }),
      (before, after, text, size) => {
        const value = { ...before, content: text, more: after };
        const expected = JSON.parse(JSON.stringify({ ...value, content: "" }));
        expect(divert(JSON.stringify(value), size)).toEqual({ content: text, rest: expected });
      },
    ),
  );
});

test("a field of the same name elsewhere, and a text that looks like it, stay where they are", () => {
  const json =
    '{"meta":{"content":"a"},"text":"\\"content\\":\\"b\\"","list":["content","c"],"content":"d","n":1}';
  expect(divert(json, 3)).toEqual({
    content: "d",
    rest: { meta: { content: "a" }, text: '"content":"b"', list: ["content", "c"], content: "", n: 1 },
  });
});

test("at depth 2 it is the member of a member", () => {
  expect(divert('{"content":"no","params":{"content":"yes"}}', 4, 2)).toEqual({
    content: "yes",
    rest: { content: "no", params: { content: "" } },
  });
});

test("text beside the field without end is refused", () => {
  const field = divertField({ key: "content", depth: 1, onContent: () => {} });
  field.write(Buffer.from('{"a":"'));
  expect(() => {
    for (let n = 0; n < 100; n += 1) field.write(Buffer.alloc(64 * 1024, "x"));
  }).toThrow("beside the field");
});

test("base64 is decoded across any cut, and other text is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 7 }), (bytes, size) => {
      const text = Buffer.from(Buffer.from(bytes).toString("base64"));
      const decoder = createBase64Decoder();
      const parts = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        decoder.decode(text.subarray(index * size, (index + 1) * size)),
      );
      expect(Buffer.concat([...parts, decoder.end()])).toEqual(Buffer.from(bytes));
    }),
  );
  expect(() => createBase64Decoder().decode(Buffer.from("a%b"))).toThrow("no base64");
});
