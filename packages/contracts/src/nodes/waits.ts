import { type BuiltInNode, connector, define, field, ON_ERROR } from "./built-in-node.ts";

/** Longest wait of a node: a year, so that nothing is waited for that nobody remembers. */
export const MAX_WAIT_S = 366 * 86_400;

const timeout = field({
  type: "float",
  label: "Longest wait in seconds",
  description: "After it, the node fails. Without it, it waits as long as the run may take.",
});

/** Nodes that wait: for a time, for a person, for a call from outside. Meanwhile the run holds no worker. */
export const waitNodes: BuiltInNode[] = [
  {
    role: "wait",
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
    }),
  },
  {
    role: "wait",
    pure: false,
    definition: define({
      type: "ApprovalNode",
      title: "Approval",
      description:
        "Waits until somebody approves or rejects, and passes its value on to that branch; what is connected only to the other is skipped.",
      inputs: [connector("value", "Any", { optional: true })],
      outputs: [
        connector("approved", "Any"),
        connector("rejected", "Any"),
        connector("comment", "str"),
        connector("decided_by", "str"),
        connector(ON_ERROR, "dict"),
      ],
      config: {
        question: field({ type: "str", label: "Question", description: "What the decision is about." }),
        timeout_seconds: timeout,
      },
      v2_ready: true,
    }),
  },
  {
    role: "wait",
    pure: false,
    definition: define({
      type: "WebhookWaitNode",
      title: "Wait for a call",
      description:
        "Waits until somebody posts to its address, which is signed and works once; the body that came is its output.",
      inputs: [connector("value", "Any", { optional: true })],
      outputs: [connector("body", "Any"), connector("value", "Any"), connector(ON_ERROR, "dict")],
      config: { timeout_seconds: timeout },
      v2_ready: true,
    }),
  },
];
