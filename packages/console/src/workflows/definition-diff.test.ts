import { expect, test } from "vitest";
import { diffDefinitions } from "./definition-diff.ts";

const node = (id: string, more: object = {}) => ({ id, type: "T", name: id.toUpperCase(), ...more });
const edge = (source: string, target: string) => ({ source, target });
const v2 = (nodes: object[], edges: object[], more: object = {}) => ({
  flow_version: "v2",
  nodes,
  edges,
  ...more,
});

test("added, removed and changed nodes and edges are found, each changed field by its name", () => {
  const before = v2(
    [node("a", { node_config: { x: 1, y: { p: 1, q: 2 } } }), node("b"), node("c")],
    [edge("a", "b"), edge("b", "c")],
  );
  const after = v2(
    [
      node("a", { node_config: { x: 2, y: { q: 2, p: 1 } }, variable_bindings: { z: "d.output" } }),
      node("c"),
      node("d"),
    ],
    [edge("b", "c"), edge("d", "a")],
  );
  const { nodes, edges } = diffDefinitions(before, after);
  expect(nodes).toEqual([
    {
      id: "a",
      name: "A",
      change: "changed",
      fields: [
        { path: "node_config.x", before: 1, after: 2 },
        { path: "variable_bindings.z", before: undefined, after: "d.output" },
      ],
    },
    { id: "d", name: "D", change: "added", fields: [] },
    { id: "b", name: "B", change: "removed", fields: [] },
  ]);
  expect(edges).toMatchObject([
    { from: "D", to: "A", change: "added" },
    { from: "A", to: "B", change: "removed" },
    { from: "B", to: "C", change: "removed" },
  ]);
});

test("places on the canvas, the order of keys, and null instead of nothing are no difference", () => {
  const before = v2([node("a", { display: { position: { x: 0 } }, node_config: null })], []);
  const after = v2([node("a", { display: { position: { x: 9 } }, parent_id: null })], []);
  expect(diffDefinitions(before, after)).toMatchObject({ nodes: [], edges: [], fields: [] });
});

test("what belongs to the workflow itself is told apart", () => {
  expect(diffDefinitions(v2([], []), v2([], [], { note: "new" })).fields).toEqual([
    { path: "note", before: undefined, after: "new" },
  ]);
});
