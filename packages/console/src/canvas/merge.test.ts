import { expect, test } from "vitest";
import type { DefinitionNode, Document } from "./definition.ts";
import { mergeDocuments } from "./merge.ts";

const node = (id: string, config: Record<string, unknown> = {}, x = 0) => ({
  id,
  type: "DelayNode",
  node_config: config,
  display: { position: { x, y: 0 } },
});
const edge = (source: string, target: string) => ({ id: crypto.randomUUID(), source, target });
const base: Document = {
  name: "w",
  definition: {
    flow_version: "v2",
    nodes: [node("a", { seconds: 1, note: "old" }), node("b")],
    edges: [edge("a", "b")],
  },
};
/** The workflow as somebody made it of the base. */
const made = (definition: Partial<Document["definition"]>, name = base.name): Document => ({
  name,
  definition: { ...base.definition, ...definition },
});
const [a, b] = base.definition.nodes as [DefinitionNode, DefinitionNode];
const pairs = ({ definition }: Document) =>
  definition.edges.map(({ source, target }) => `${source}-${target}`);

test("changes of two people to different fields, nodes and connections are all kept", () => {
  const mine = made({
    nodes: [node("a", { seconds: 2, note: "old" }), b, node("c")],
    edges: [edge("b", "c")],
  });
  const theirs = made(
    {
      nodes: [b, node("a", { seconds: 1, note: "new" }), node("d")],
      edges: [edge("a", "b"), edge("b", "d")],
    },
    "better",
  );
  const { merged, clashes } = mergeDocuments({ base, mine, theirs });
  expect([...clashes]).toEqual([]);
  expect(merged.name).toBe("better");
  expect(merged.definition.flow_version).toBe("v2");
  expect(merged.definition.nodes.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  expect(merged.definition.nodes[0]?.node_config).toEqual({ seconds: 2, note: "new" });
  expect(pairs(merged).sort()).toEqual(["b-c", "b-d"]);
});

test("what only one of them removed is gone, with its connections", () => {
  const mine = made({ nodes: [a], edges: [] });
  const theirs = made({ nodes: [node("a", { seconds: 9, note: "old" }), b] });
  const { merged, clashes } = mergeDocuments({ base, mine, theirs });
  expect([...clashes]).toEqual([]);
  expect(merged.definition).toMatchObject({ nodes: [{ id: "a", node_config: { seconds: 9 } }], edges: [] });
});

test("one field changed by both in different ways clashes, and mine counts; in the same way it does not", () => {
  const mine = made({ nodes: [node("a", { seconds: 2, note: "same" }), b] });
  const theirs = made({ nodes: [node("a", { seconds: 3, note: "same" }), b] });
  const { merged, clashes } = mergeDocuments({ base, mine, theirs });
  expect([...clashes]).toEqual(["a"]);
  expect(merged.definition.nodes[0]?.node_config).toEqual({ seconds: 2, note: "same" });
  expect([...mergeDocuments({ base, mine: made({}, "x"), theirs: made({}, "y") }).clashes]).toEqual(["name"]);
});

test("a node that one removed and the other changed or connected clashes", () => {
  const without = made({ nodes: [a], edges: [] });
  const changed = made({ nodes: [a, node("b", { seconds: 5 })] });
  expect([...mergeDocuments({ base, mine: without, theirs: changed }).clashes]).toEqual(["b"]);
  const connected = made({ nodes: [a, b, node("c")], edges: [...base.definition.edges, edge("b", "c")] });
  const { merged, clashes } = mergeDocuments({ base, mine: connected, theirs: without });
  expect([...clashes]).toEqual(["b"]);
  expect(pairs(merged)).toEqual([]);
});

test("one connection made by both is one, and places on the canvas never clash", () => {
  const both = { nodes: [a, b, node("c")] };
  const mine = made({ ...both, edges: [...base.definition.edges, edge("b", "c")] });
  const theirs = made({
    nodes: [node("a", { seconds: 1, note: "old" }, 50), b, node("c", {}, 80)],
    edges: [...base.definition.edges, edge("b", "c")],
  });
  const { merged, clashes } = mergeDocuments({ base, mine, theirs });
  expect([...clashes]).toEqual([]);
  expect(pairs(merged)).toEqual(["a-b", "b-c"]);
  expect(merged.definition.nodes[0]?.display?.position?.x).toBe(50);
});

test("connectors of the first form are told apart by what they connect", () => {
  const wire = (from: string, to: string) => ({
    id: crypto.randomUUID(),
    from_id: { node_id: from, connector_name: "out" },
    to_id: { node_id: to, connector_name: "in" },
  });
  const v1 = (edges: ReturnType<typeof wire>[]): Document => ({
    name: "v1",
    definition: { nodes: [node("a"), node("b"), node("c")], edges },
  });
  const { merged, clashes } = mergeDocuments({
    base: v1([wire("a", "b")]),
    mine: v1([wire("a", "b"), wire("a", "c")]),
    theirs: v1([wire("b", "c")]),
  });
  expect([...clashes]).toEqual([]);
  expect(merged.definition.edges.map(({ from_id, to_id }) => [from_id?.node_id, to_id?.node_id])).toEqual([
    ["b", "c"],
    ["a", "c"],
  ]);
});
