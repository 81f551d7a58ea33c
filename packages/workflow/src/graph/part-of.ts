import { NoxusError } from "@noxus/contracts";
import { suggestion } from "../check/nearest.ts";
import type { Graph, GraphNode } from "./graph.ts";

/** These nodes and all that depends on them. */
export function followersOf(graph: Graph, ids: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const left = [...ids];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(graph.dependents.get(id) ?? []));
  }
  return found;
}

/**
 * The graph of these nodes and all that they depend on.
 *
 * @throws NoxusError `workflow_invalid` naming a node that is not there.
 */
export function partOf(graph: Graph, ids: readonly string[]): Graph {
  const wanted = new Set<string>();
  const left = ids.map((id) => nodeIn(graph, id).id);
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (wanted.has(id) || !graph.nodes.has(id)) continue;
    wanted.add(id);
    left.push(...nodeIn(graph, id).arrows.map(({ from }) => from));
  }
  const dependents = [...graph.dependents].map(
    ([id, all]) => [id, all.filter((each) => wanted.has(each))] as const,
  );
  return {
    nodes: new Map([...graph.nodes].filter(([id]) => wanted.has(id))),
    dependents: new Map(dependents.filter(([id]) => wanted.has(id))),
  };
}

function nodeIn(graph: Graph, id: string): GraphNode {
  const node = graph.nodes.get(id);
  if (node) return node;
  const near = suggestion(id, [...graph.nodes.keys()]);
  throw new NoxusError(
    "workflow_invalid",
    `node_ids names "${id}", which is no node of the workflow (one inside a loop runs with its loop).${near}`,
    { fields: [{ path: "node_ids", message: `There is no node "${id}".` }] },
  );
}
