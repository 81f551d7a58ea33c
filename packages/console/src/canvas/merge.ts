import { sameValue } from "../parts/same-value.ts";
import type { DefinitionEdge, DefinitionNode, Document } from "./definition.ts";

/** What both read before they changed it, and what each made of it. */
export interface Sides {
  base: Document;
  mine: Document;
  theirs: Document;
}

type Loose = Record<string, unknown>;
/** Told of each path that both changed, and not in the same way. */
type OnClash = (path: readonly string[]) => void;

/**
 * The changes of both in one, field by field.
 *
 * @returns the merged workflow; `clashes`: what both changed in different ways, as a node's id or the name of a field
 *   of the workflow; there, mine counts. Places on the canvas do not clash.
 */
export function mergeDocuments({ base, mine, theirs }: Sides): { merged: Document; clashes: Set<string> } {
  const clashes = new Set<string>();
  const onClash: OnClash = ([part, id, ...path]) => {
    if (path[0] !== "display") clashes.add(part === "nodes" && id !== undefined ? id : (part ?? ""));
  };
  const [b, m, t] = [base, mine, theirs].map(fieldsOf) as [Loose, Loose, Loose];
  const { nodes, name, ...fields } = merge(b, m, t, [], onClash) as Loose;
  const ids = orderOf(mine.definition.nodes, theirs.definition.nodes);
  const kept = ids.flatMap((id) => (nodes as Record<string, DefinitionNode>)[id] ?? []);
  const edges = mergeEdges({ base, mine, theirs }, kept, onClash);
  return { merged: { name: name as string, definition: { ...fields, nodes: kept, edges } }, clashes };
}

/** Nodes by their ids; connections are merged apart. */
function fieldsOf({ name, definition: { nodes, edges: _edges, ...fields } }: Document): Loose {
  return { ...fields, name, nodes: Object.fromEntries(nodes.map((node) => [node.id, node])) };
}

function merge(base: unknown, mine: unknown, theirs: unknown, path: string[], onClash: OnClash): unknown {
  if (sameValue(mine, theirs) || sameValue(base, theirs)) return mine;
  if (sameValue(base, mine)) return theirs;
  if (!isFields(mine) || !isFields(theirs)) {
    onClash(path);
    return mine;
  }
  const before = isFields(base) ? base : {};
  const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  const merged = [...keys].map((key): [string, unknown] => [
    key,
    merge(before[key], mine[key], theirs[key], [...path, key], onClash),
  ]);
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function isFields(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Mine as they stand, then what only they have. */
function orderOf(mine: readonly DefinitionNode[], theirs: readonly DefinitionNode[]): string[] {
  return [...new Set([...mine, ...theirs].map(({ id }) => id))];
}

/** A connection stays where both have it, and comes where either made it; one to a node that the other removed clashes. */
function mergeEdges(
  { base, mine, theirs }: Sides,
  nodes: DefinitionNode[],
  onClash: OnClash,
): DefinitionEdge[] {
  const [before, own, others] = [base, mine, theirs].map(({ definition: { edges } }) => byEnds(edges)) as [
    Map<string, DefinitionEdge>,
    Map<string, DefinitionEdge>,
    Map<string, DefinitionEdge>,
  ];
  const ids = new Set(nodes.map(({ id }) => id));
  return [...new Map([...others, ...own])].flatMap(([key, edge]) => {
    if (before.has(key) && !(own.has(key) && others.has(key))) return [];
    const lost = endsOf(edge).find((id) => !ids.has(id));
    if (lost === undefined) return [edge];
    if (!before.has(key)) onClash(["nodes", lost]);
    return [];
  });
}

function byEnds(edges: readonly DefinitionEdge[]): Map<string, DefinitionEdge> {
  return new Map(edges.map((edge) => [endsKeyOf(edge), edge]));
}

/** An edge's id says nothing: both may have made the same connection. */
function endsKeyOf({ from_id, to_id, source, target, source_handle, target_handle }: DefinitionEdge): string {
  const ends = [from_id, to_id].flatMap((end) => [end?.node_id, end?.connector_name, end?.key]);
  return JSON.stringify([...ends, source, source_handle, target, target_handle].map((part) => part ?? null));
}

function endsOf({ from_id, to_id, source, target }: DefinitionEdge): string[] {
  return [from_id?.node_id ?? source, to_id?.node_id ?? target].filter((id) => id !== undefined);
}
