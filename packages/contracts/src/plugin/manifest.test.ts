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
