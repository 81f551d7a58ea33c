import { builtInNodes, type NodeDefinition } from "@noxus/contracts";
import { expect, test } from "vitest";
import type { RegistryNode } from "../api/queries.ts";
import { connect, disconnect } from "./connect.ts";
import { type Definition, definitionOf, type Port } from "./definition.ts";
import { addNode, copyNodes, moveNodes, pasteNodes, removeNodes } from "./edit-nodes.ts";
import { change, redo, startHistory, undo } from "./history.ts";
import { arrange, withPlaces } from "./layout.ts";
import { refusalOf } from "./refusal.ts";
import { wiresOf } from "./wires.ts";

const connector = (name: string, data_type: string) => ({ name, definition: { data_type, is_list: false } });
const plugin: NodeDefinition[] = [
  {
    type: "Slug",
    title: "Slug",
    inputs: [connector("text", "str")],
    outputs: [connector("slug", "str")],
    config: {},
  },
  { type: "Read", title: "Read", inputs: [], outputs: [connector("file", "File")], config: {} },
  {
    type: "Table",
    title: "Table",
    inputs: [connector("file", "File")],
    outputs: [connector("rows", "dict")],
    config: {},
  },
];
const definitions = [...builtInNodes.map(({ definition }) => definition), ...plugin];
const types = new Map(definitions.map((one) => [one.type, one as RegistryNode]));

const port = (node: string, name: string, key?: string): Port => ({
  node,
  connector: name,
  ...(key && { key }),
});
const node = (id: string, type: string, more: object = {}) => ({
  id,
  type,
  name: id,
  node_config: {},
  ...more,
});

const v1 = definitionOf({
  comment: "kept",
  nodes: [node("in", "InputNode"), node("slug", "Slug"), node("out", "OutputNode")],
  edges: [
    {
      from_id: { node_id: "in", connector_name: "output" },
      to_id: { node_id: "slug", connector_name: "text" },
    },
  ],
});
const v2 = definitionOf({
  flow_version: "v2",
  nodes: [
    node("in", "InputNodeV2"),
    node("read", "Read"),
    node("table", "Table", { variable_bindings: { file: "read.file" } }),
    node("out", "OutputNodeV2", {
      node_config: { value: ":var[table.rows]", label: "Rows of :var[in.output]" },
    }),
  ],
  edges: [
    { id: "e1", source: "read", target: "table" },
    { id: "e2", source: "in", target: "read" },
  ],
});
const lines = (definition: Definition) =>
  wiresOf(definition, types).map(
    ({ kind, from, to }) => `${kind}: ${from.node}.${from.connector} → ${to.node}.${to.connector}`,
  );

test("the first form's edges are lines from connector to connector", () => {
  expect(lines(v1)).toEqual(["value: in.output → slug.text"]);
});

test("the second form's lines are its bindings and whole references; other edges are order", () => {
  expect(lines(v2)).toEqual([
    "value: read.file → table.file",
    "value: table.rows → out.value",
    "order: in. → read.",
  ]);
});

test("an edge from a branch is an order of its own, beside a value between the same nodes", () => {
  const edges = [{ source: "read", target: "table", source_handle: "on_error" }];
  expect(lines({ ...v2, edges })).toContain("order: read.on_error → table.");
});

test("connecting and disconnecting the first form leaves the rest as it was", () => {
  const connected = connect(v1, port("slug", "slug"), port("out", "input"), types);
  expect(lines(connected)).toContain("value: slug.slug → out.input");
  expect(connected.comment).toBe("kept");
  const last = wiresOf(connected, types).at(-1);
  expect(disconnect(connected, last ? [last] : [], types)).toEqual(v1);
});

test("in the second form a connection is a binding and an edge, and both go together", () => {
  const slug = { ...v2, nodes: [...v2.nodes, node("slug", "Slug")] };
  const connected = connect(slug, port("in", "output"), port("slug", "text"), types);
  expect(connected.nodes.at(-1)?.variable_bindings).toEqual({ text: "in.output" });
  expect(connected.edges.at(-1)).toMatchObject({ source: "in", target: "slug" });
  const wire = wiresOf(connected, types).find(({ to }) => to.node === "slug");
  const apart = disconnect(connected, wire ? [wire] : [], types);
  expect(apart.edges).toEqual(v2.edges);
  expect(apart.nodes.at(-1)?.variable_bindings).toEqual({});
});

test("an edge stays while a text still refers to its source", () => {
  const text = { ...v2, edges: [{ id: "e", source: "in", target: "out" }] };
  const bound = connect(text, port("in", "output"), port("out", "value"), types);
  const wire = wiresOf(bound, types).find(({ from }) => from.node === "in");
  expect(disconnect(bound, wire ? [wire] : [], types).edges).toEqual(text.edges);
});

test("an added value of a connector that takes several has a key, in both forms", () => {
  const first = { ...v1, nodes: [...v1.nodes, node("text", "ComposeTextNode")] };
  const keyed = connect(first, port("in", "output"), port("text", "variables", "Input 1"), types);
  expect(keyed.edges.at(-1)).toMatchObject({ to_id: { connector_name: "variables", key: "Input 1" } });
  const several = [...types.values()].find(
    ({ v2_ready, inputs }) => v2_ready && inputs.some(({ type }) => type === "variable_connector"),
  );
  if (!several) return;
  const name = several.inputs.find(({ type }) => type === "variable_connector")?.name ?? "";
  const second = { ...v2, nodes: [...v2.nodes, node("several", several.type)] };
  const bound = connect(second, port("in", "output"), port("several", name, "a"), types);
  expect(bound.nodes.at(-1)).toMatchObject({
    node_config: { __var_keys: { [name]: ["a"] } },
    variable_bindings: { [`${name}__a`]: "in.output" },
  });
  expect(lines(bound)).toContain(`value: in.output → several.${name}`);
});

test.each([
  [port("slug", "slug"), port("slug", "text"), /itself/],
  [port("in", "output"), port("slug", "text"), /already/],
])("%j to %j is refused", (from, to, why) => {
  expect(refusalOf(v1, types, from, to)).toMatch(why);
});

test("a circle is named by its nodes, also where a text alone closes it", () => {
  expect(refusalOf(v2, types, port("out", "output"), port("in", "value"))).toBe(
    "That would be a circle: out → in → out.",
  );
  expect(refusalOf(v2, types, port("table", "rows"), port("read", ""))).toBe(
    "That would be a circle: table → read → table.",
  );
});

test("types that do not fit are named, those that fit are joined", () => {
  const both = { ...v1, nodes: [...v1.nodes, node("read", "Read")] };
  expect(refusalOf(both, types, port("read", "file"), port("slug", "text"))).toMatch(
    /“text” takes str, but “file” gives File/,
  );
  expect(refusalOf(both, types, port("slug", "slug"), port("out", "input"))).toBeUndefined();
});

test("a new node has an id of its own that reads well, its defaults and a place on the grid", () => {
  const once = addNode(v1, "ComposeTextNode", { x: 3, y: 13 }, types);
  const twice = addNode(once.definition, "ComposeTextNode", { x: 0, y: 0 }, types);
  expect([once.id, twice.id]).toEqual(["compose_text", "compose_text_2"]);
  expect(once.definition.nodes.at(-1)).toMatchObject({ display: { position: { x: 0, y: 16 } } });
  expect(addNode(v1, "InputNode", { x: 0, y: 0 }, types).definition.nodes.at(-1)).toMatchObject({
    node_config: { label: "input", type: "str" },
  });
});

test("a removed node takes its lines along, and nothing else", () => {
  expect(removeNodes(v1, new Set(["slug"]), types)).toMatchObject({
    nodes: [{ id: "in" }, { id: "out" }],
    edges: [],
  });
  const rest = removeNodes(v2, new Set(["read"]), types);
  expect(rest.edges).toEqual([]);
  expect(rest.nodes.find(({ id }) => id === "table")?.variable_bindings).toEqual({});
});

test.each([
  ["first", v1, ["in", "slug"]],
  ["second", v2, ["read", "table"]],
])("copied nodes of the %s form are pasted with the lines among them", (_form, definition, ids) => {
  const pasted = pasteNodes(definition, copyNodes(definition, new Set(ids), types), types);
  expect(pasted?.ids.size).toBe(2);
  const copies = pasted?.definition.nodes.slice(definition.nodes.length) ?? [];
  expect(copies.every(({ id }) => !definition.nodes.some((one) => one.id === id))).toBe(true);
  const among = wiresOf(pasted?.definition as Definition, types).filter(({ to }) => pasted?.ids.has(to.node));
  expect(among.map(({ from }) => pasted?.ids.has(from.node))).toEqual([true]);
});

test("what is no node, or of the other form, is not pasted", () => {
  expect(pasteNodes(v1, "hello", types)).toBeUndefined();
  expect(pasteNodes(v1, copyNodes(v2, new Set(["read"]), types), types)).toBeUndefined();
});

test("changes are undone and done again; those of one step count as one", () => {
  let history = startHistory("a");
  history = change(history, "b", "typing");
  history = change(history, "bc", "typing");
  history = change(history, "d");
  expect(undo(history).present).toBe("bc");
  expect(undo(undo(history)).present).toBe("a");
  expect(undo(undo(undo(history))).present).toBe("a");
  expect(redo(undo(history)).present).toBe("d");
  expect(redo(change(undo(history), "e")).present).toBe("e");
});

test("nodes are arranged left to right as they run; those that have a place keep it", () => {
  const places = arrange(v2, types);
  const x = (id: string) => places.get(id)?.x ?? Number.NaN;
  expect(x("in") < x("read") && x("read") < x("table") && x("table") < x("out")).toBe(true);
  const moved = moveNodes(v2, new Map([["in", { x: 800, y: 80 }]]));
  const placed = withPlaces(moved, types);
  expect(placed.nodes[0]?.display?.position).toEqual({ x: 800, y: 80 });
  expect(placed.nodes.every(({ display }) => display?.position)).toBe(true);
});
