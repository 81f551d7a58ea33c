import { layOut } from "../workflows/layout.ts";
import { type Definition, type NodeTypes, type Position, typeOfNode } from "./definition.ts";
import { onGrid } from "./edit-nodes.ts";
import { wiresOf } from "./wires.ts";

/** Width of every node's card, in px; `canvas.css` uses the same. */
export const cardWidth = 248;
const headHeight = 52;
const rowHeight = 24;

/** How tall a node's card is: its head, and a row for each pair of connectors. */
export function cardHeight(inputs: number, outputs: number): number {
  return headHeight + Math.max(1, inputs, outputs) * rowHeight + 8;
}

/** Places for all nodes, left to right in the order in which they run. */
export function arrange(definition: Definition, types: NodeTypes): Map<string, Position> {
  const cards = definition.nodes.map((node) => {
    const { inputs = [], outputs = [] } = typeOfNode(node, types) ?? {};
    return { id: node.id, width: cardWidth, height: cardHeight(inputs.length, outputs.length) };
  });
  const lines = wiresOf(definition, types).map(({ from, to }) => ({ from: from.node, to: to.node }));
  return new Map([...layOut(cards, lines)].map(([id, place]) => [id, onGrid(place)]));
}

/** The definition with a place for every node: workflows made by programs often have none. */
export function withPlaces(definition: Definition, types: NodeTypes): Definition {
  if (definition.nodes.every(({ display }) => display?.position)) return definition;
  const places = arrange(definition, types);
  return {
    ...definition,
    nodes: definition.nodes.map((node) => {
      const position = node.display?.position ?? places.get(node.id) ?? { x: 0, y: 0 };
      return { ...node, display: { ...node.display, position } };
    }),
  };
}
