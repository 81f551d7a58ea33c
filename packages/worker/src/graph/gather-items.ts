import type { GraphNode } from "@noxus/workflow";
import type { NodeOutputs } from "../nodes/node-call.ts";

/**
 * Outputs of a node that ran once for each item: a list for each output, in the order of the items. An item that did
 * not give an output (the branch not taken) is not in its list; an output that no item gave is dead, as without a list.
 */
export function gatherItems(node: GraphNode, items: readonly NodeOutputs[]): NodeOutputs {
  const declared = node.registered.definition.outputs.map(({ name }) => name);
  if (items.length === 0) return Object.fromEntries(declared.map((name) => [name, []]));
  const names = new Set(items.flatMap((outputs) => Object.keys(outputs)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      items.flatMap((outputs) => (Object.hasOwn(outputs, name) ? [outputs[name]] : [])),
    ]),
  );
}
