import { sameValue } from "../parts/same-value.ts";
import { type Graph, type GraphEdge, graphOf } from "./graph-model.ts";

type Loose = Record<string, unknown>;
export type Change = "added" | "removed" | "changed";

/** One field that is not as it was; undefined where it was not, or is not any more. */
export interface FieldChange {
  /** As in `name`, `node_config.template`. */
  path: string;
  before: unknown;
  after: unknown;
}

export interface NodeChange {
  id: string;
  name: string;
  change: Change;
  /** Of a changed node. */
  fields: FieldChange[];
}

export interface DefinitionDiff {
  /** What either has, each edge with its state where only one has it. */
  graph: Graph;
  nodes: NodeChange[];
  edges: { from: string; to: string; label: string | undefined; change: "added" | "removed" }[];
  /** Of the workflow itself, beside its nodes and edges. */
  fields: FieldChange[];
}

/** What differs between two definitions, places on the canvas aside. */
export function diffDefinitions(before: Loose, after: Loose): DefinitionDiff {
  const [old, now] = [nodesById(before), nodesById(after)];
  const graph = unionOf(graphOf(before), graphOf(after));
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  return {
    graph,
    nodes: graph.nodes.flatMap(({ id, name }) => nodeChange(id, name, old.get(id), now.get(id)) ?? []),
    edges: graph.edges.flatMap(({ from, to, label, state }) =>
      state === "added" || state === "removed"
        ? [{ from: names.get(from) ?? from, to: names.get(to) ?? to, label, change: state }]
        : [],
    ),
    fields: fieldChanges(withoutParts(before), withoutParts(after)),
  };
}

function nodesById({ nodes }: Loose): Map<string, Loose> {
  const all = Array.isArray(nodes) ? (nodes as Loose[]) : [];
  return new Map(all.map((node) => [String(node?.id), node]));
}

function nodeChange(
  id: string,
  name: string,
  before: Loose | undefined,
  after: Loose | undefined,
): NodeChange | undefined {
  if (!before || !after) return { id, name, change: after ? "added" : "removed", fields: [] };
  const fields = fieldChanges(flat(before), flat(after));
  return fields.length > 0 ? { id, name, change: "changed", fields } : undefined;
}

/** Configuration and bindings field by field; where the node stands on the canvas is nobody's business. */
function flat({ display: _place, node_config, variable_bindings, ...rest }: Loose): Loose {
  return {
    ...rest,
    ...prefixed("node_config", node_config),
    ...prefixed("variable_bindings", variable_bindings),
  };
}

function prefixed(prefix: string, value: unknown): Loose {
  const entries = Object.entries((value ?? {}) as Loose);
  return Object.fromEntries(entries.map(([key, one]) => [`${prefix}.${key}`, one]));
}

function withoutParts({ nodes: _nodes, edges: _edges, ...rest }: Loose): Loose {
  return rest;
}

function fieldChanges(before: Loose, after: Loose): FieldChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return paths
    .filter((path) => !sameValue(before[path], after[path]))
    .map((path) => ({ path, before: before[path] ?? undefined, after: after[path] ?? undefined }));
}

function unionOf(before: Graph, after: Graph): Graph {
  const ids = new Set(after.nodes.map(({ id }) => id));
  const keysBefore = new Set(before.edges.map(keyOf));
  const keysAfter = new Set(after.edges.map(keyOf));
  const edges = [
    ...after.edges.map((edge) => (keysBefore.has(keyOf(edge)) ? edge : { ...edge, state: "added" })),
    ...before.edges
      .filter((edge) => !keysAfter.has(keyOf(edge)))
      .map((edge) => ({ ...edge, state: "removed" })),
  ];
  return {
    nodes: [...after.nodes, ...before.nodes.filter(({ id }) => !ids.has(id))],
    edges: edges.map((edge, index) => ({ ...edge, id: `${index}` })),
  };
}

function keyOf({ from, to, label }: GraphEdge): string {
  return JSON.stringify([from, to, label]);
}
