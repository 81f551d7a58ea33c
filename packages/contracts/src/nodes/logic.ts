import { type BuiltInNode, connector, define, field } from "./built-in-node.ts";

/** What a condition compares by. `is_true` and `is_empty` (and their opposites) look at the value alone. */
export const conditionOperators = [
  "equals",
  "not_equals",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "greater_than",
  "greater_or_equal",
  "less_than",
  "less_or_equal",
  "is_empty",
  "is_not_empty",
  "is_true",
  "is_false",
] as const;
export type ConditionOperator = (typeof conditionOperators)[number];

/** Which way a run goes, what it takes from a value, and how long it waits. */
export const logicNodes: BuiltInNode[] = [
  {
    pure: true,
    definition: define({
      type: "ConditionNode",
      title: "Condition",
      description:
        "Passes its value on to one of two branches; what is connected only to the other is skipped.",
      inputs: [connector("value", "Any")],
      outputs: [connector("true", "Any"), connector("false", "Any")],
      config: {
        operator: field({
          type: "str",
          label: "Operator",
          byDefault: "is_true",
          display: { type: "select", values: [...conditionOperators] },
        }),
        compare_to: field({ type: "Any", label: "Compare to" }),
      },
    }),
  },
  {
    pure: true,
    definition: define({
      type: "JsonQueryNode",
      title: "JSON query",
      description: "Evaluates a JSONata expression on a value.",
      category: "data",
      inputs: [connector("input", "Any")],
      outputs: [connector("output", "Any")],
      config: {
        expression: field({ type: "str", label: "JSONata expression", optional: false }),
      },
    }),
  },
  {
    role: "container",
    pure: false,
    definition: define({
      type: "InvokeSubflowV2Node",
      title: "Run a workflow",
      description: "Runs another workflow of this workspace as a part of this run and gives its outputs.",
      inputs: [connector("inputs", "Any", { optional: true })],
      outputs: [connector("outputs", "dict")],
      config: {
        workflow_id: field({ type: "str", label: "Workflow", optional: false }),
        workflow_version_id: field({
          type: "str",
          label: "Version",
          description: "A saved version of it; without one, the workflow as it is when the run starts.",
        }),
      },
      v2_ready: true,
    }),
  },
];
