import fc from "fast-check";
import { expect, test } from "vitest";
import { offsetOfValue } from "./json-offset.ts";

test("the value of an outer key is found, not that of an inner one or of a text", () => {
  const json = '{"a":{"ctx":1},"b":"\\"ctx\\":2","c":["ctx",{"ctx":3}], "ctx" : {"x":1}}';
  const offset = offsetOfValue(Buffer.from(json), "ctx");
  expect(json.slice(offset)).toBe('{"x":1}}');
  expect(offsetOfValue(Buffer.from('{"a":{"ctx":1}}'), "ctx")).toBeUndefined();
});

test("it is found in any object", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (before, value) => {
      const { ctx: _, ...others } = before;
      const json = JSON.stringify({ ...others, ctx: value });
      const bytes = Buffer.from(json);
      const offset = offsetOfValue(bytes, "ctx") ?? -1;
      expect(JSON.parse(bytes.toString("utf8", offset, bytes.lastIndexOf("}")))).toEqual(
        JSON.parse(JSON.stringify(value)),
      );
    }),
  );
});
