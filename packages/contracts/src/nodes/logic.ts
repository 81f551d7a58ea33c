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

/** Longest wait of a delay node: a run holds its worker meanwhile. */
export const MAX_DELAY_S = 86_400;

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
    pure: false,
    definition: define({
      type: "DelayNode",
      title: "Delay",
      description: "Passes its value on after a while.",
      inputs: [connector("input", "Any", { optional: true })],
      outputs: [connector("output", "Any")],
      config: {
        seconds: field({ type: "float", label: "Seconds", optional: false }),
      },
      max_timeout: MAX_DELAY_S + 60,
    }),
  },
  {
    pure: false,
    definition: define({
      type: "InvokeSubflowV2Node",
      title: "Run a workflow",
      description: "Runs another workflow of this workspace as a part of this run and gives its outputs.",
      inputs: [connector("inputs", "Any", { optional: true })],
      outputs: [connector("outputs", "dict")],
      config: {
        workflow_id: field({ type: "str", label: "Workflow", optional: false }),
      },
      // Its own nodes have limits each; this one only ends a workflow that hangs for ever.
      max_timeout: 24 * 3600,
      v2_ready: true,
    }),
  },
];
