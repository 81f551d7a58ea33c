import dagre from "@dagrejs/dagre";

/** A node as it is to be placed; sizes in px. */
export interface Placed {
  id: string;
  width: number;
  height: number;
}

/** Where the upper left corner of each node stands: left to right, in the order of the data. */
export function layOut(
  nodes: readonly Placed[],
  edges: readonly { from: string; to: string }[],
): Map<string, { x: number; y: number }> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 32, ranksep: 72 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  return new Map(
    nodes.map(({ id, width, height }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
}
