import { type BuiltInNode, connector, define, field } from "./built-in-node.ts";

/** Lists as wholes. A node that takes single items is mapped over a list by the engine itself. */
export const listNodes: BuiltInNode[] = [
  {
    pure: true,
    definition: define({
      type: "MapListNode",
      title: "Map list",
      description: "Evaluates a JSONata expression on each item of a list; $index is the item's position.",
      category: "data",
      inputs: [connector("list", "list:Any")],
      outputs: [connector("output", "list:Any")],
      config: {
        expression: field({ type: "str", label: "JSONata expression", optional: false }),
      },
    }),
  },
  {
    pure: true,
    definition: define({
      type: "MergeListsNode",
      title: "Merge lists",
      description:
        "One list of all items, in the order of its inputs; a single value counts as a list of one.",
      category: "data",
      inputs: [connector("lists", "list:Any", { type: "variable_connector", keys: [] })],
      outputs: [connector("output", "list:Any")],
      config: {
        unique: field({ type: "bool", label: "Leave out repeated items", byDefault: false }),
      },
    }),
  },
];
