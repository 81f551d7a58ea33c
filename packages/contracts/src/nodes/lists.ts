import { type BuiltInNode, connector, define, field } from "./built-in-node.ts";

/** What V2 nodes lie in whose `parent_id` names it. */
export const LOOP_NODE_TYPE = "LoopNodeV2";

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
    role: "container",
    pure: false,
    definition: define({
      type: LOOP_NODE_TYPE,
      title: "Loop",
      description:
        "Runs the nodes inside it once for each item of a list; inside, its outputs item and index are those of the turn.",
      inputs: [connector("items", "list:Any")],
      outputs: [connector("results", "list:Any"), connector("item", "Any"), connector("index", "number")],
      config: {
        result: field({
          type: "Any",
          label: "Result of a turn",
          description: "May refer to nodes inside; the results are the list of these.",
        }),
        concurrency: field({ type: "int", label: "Turns at once", byDefault: 1 }),
      },
      v2_ready: true,
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
