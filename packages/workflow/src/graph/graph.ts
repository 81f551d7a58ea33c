import type { NodePolicy } from "@noxus/contracts";
import type { RegisteredNode } from "../registry/registry.ts";
import type { Expression } from "./expression.ts";

/** One place where a node takes a value. A variable connector has one for each of its keys. */
export interface GraphInput {
  name: string;
  key?: string;
  /** Without a value the node cannot run: it is skipped where the value is dead. */
  required: boolean;
  /** Takes a list as a whole; a single value becomes a list of one. */
  isList: boolean;
  /** Whether a list that arrives runs the node once for each item; `auto` unless the workflow says. */
  mapping: "auto" | "always" | "never";
  expression: Expression;
}

/** `from` is to end before this node is looked at. */
export interface Arrow {
  from: string;
  /** The output that must have come; any end other than skipped or failed will do where absent. */
  path?: readonly string[];
  /** Only for the order: does not decide whether the node is skipped, where others that do exist. */
  implicit: boolean;
}

export interface GraphNode {
  id: string;
  /** Position in the definition's `nodes`, for messages. */
  index: number;
  type: string;
  /** What people call it: its name, else its type's title. */
  title: string;
  registered: RegisteredNode;
  inputs: readonly GraphInput[];
  config: Readonly<Record<string, Expression>>;
  arrows: readonly Arrow[];
  /** How the workflow wants it to be called. */
  policy: NodePolicy;
  /** Its failure goes to its `on_error` output and does not fail the run. */
  catchesErrors: boolean;
  /** Another workflow that it stands for (V1 nodes). */
  subflowId?: string;
  /** The loop that it lies in. */
  parentId?: string;
  /** Of a loop: what is executed in each turn, and what each turn gives. */
  body?: { graph: Graph; result: Expression };
}

/** Every node, those inside loops among them. */
export function* allNodes(graph: Graph): Generator<GraphNode> {
  for (const node of graph.nodes.values()) {
    yield node;
    if (node.body) yield* allNodes(node.body.graph);
  }
}

/** A workflow of either form, checked: every reference leads somewhere and there is no cycle. */
export interface Graph {
  /** In an order in which each node comes after all that it depends on. */
  nodes: ReadonlyMap<string, GraphNode>;
  dependents: ReadonlyMap<string, readonly string[]>;
}
