import fc from "fast-check";
import { expect, test } from "vitest";
import { manifestSchema } from "./manifest.ts";

test("unknown keys are kept at every depth", () => {
  const manifest = manifestSchema.parse({
    name: "x",
    version: "1.0.0",
    future: { a: 1 },
    nodes: [{ type: "N", sparkle: true, config: { f: { display: { type: "holo", shine: 2 } } } }],
  });
  expect(manifest).toMatchObject({
    future: { a: 1 },
    nodes: [{ sparkle: true, config: { f: { display: { shine: 2 } } } }],
  });
});

test("what is missing is named by its path", () => {
  const parsed = manifestSchema.safeParse({ name: "x", version: "1", nodes: [{ title: "no type" }] });
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual(["nodes.0.type"]);
});

test("null stands for absent, as the published SDK writes it", () => {
  expect(
    manifestSchema.parse({ name: "x", version: "1", image: null, config: null, nodes_v2: null }).nodes,
  ).toEqual([]);
});

test("any JSON is a manifest or is refused by path, and what is one stays one when it is read again", () => {
  const key = fc.constantFrom(
    "name",
    "version",
    "nodes",
    "integrations",
    "config",
    "triggers",
    "type",
    "inputs",
    "x",
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("a", "", null, true, 0, -1.5),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  }));
  const nodes = fc.array(
    fc.record({ type: fc.string({ minLength: 1 }) }).chain((node) => value.map((x) => ({ ...node, x }))),
  );
  const whole = fc.record({ name: fc.constant("a"), version: fc.constant("1"), nodes, x: value });
  fc.assert(
    fc.property(fc.oneof(value, whole), (json) => {
      const parsed = manifestSchema.safeParse(json);
      if (parsed.success)
        expect(manifestSchema.parse(JSON.parse(JSON.stringify(parsed.data)))).toEqual(parsed.data);
      else expect(parsed.error.issues.length).toBeGreaterThan(0);
    }),
  );
});

test("of any manifest that is one, unknown keys with any content are kept", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (unknown) => {
      const known = { name: "a", version: "1", future: unknown, nodes: [{ type: "N", future: unknown }] };
      expect(manifestSchema.parse(known)).toMatchObject({ future: unknown, nodes: [{ future: unknown }] });
    }),
  );
});
