import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "../graph/expression.ts";
import { parseValue } from "./var-reference.ts";

const resolve = (reference: string) => {
  const [node = "", ...path] = reference.split(".");
  return { kind: "output" as const, node, path };
};
const outputs: Record<string, Record<string, unknown>> = { a: { list: [1, 2], text: "x", none: null } };
const evaluated = (value: unknown) => evaluate(parseValue(value, resolve), (node) => outputs[node]);

test("a reference alone keeps its type; inside a text it is written out; a lost one leaves nothing", () => {
  expect(evaluated(":var[a.list]")).toEqual({ alive: true, value: [1, 2] });
  expect(evaluated("<:var[a.list]|:var[a.text]|:var[a.none]|:var[b.x]>")).toEqual({
    alive: true,
    value: "<[1,2]|x||>",
  });
  expect(evaluated(":var[b.x]")).toEqual({ alive: false });
  expect(evaluated({ deep: [{ in: ":var[a.text]" }, ":var[b.x]"] })).toEqual({
    alive: true,
    value: { deep: [{ in: "x" }, null] },
  });
});

test("values without references come out as they went in", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes(":var["));
      expect(evaluated(value)).toEqual({ alive: true, value });
    }),
  );
});
