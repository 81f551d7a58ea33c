import {
  type Connector,
  NODE_POLICY_KEY,
  ON_ERROR,
  type V1Definition,
  type V1Edge,
  type V1Node,
} from "@noxus/contracts";
import { suggestion } from "../check/nearest.ts";
import type { Expression } from "../graph/expression.ts";
import type { GraphInput, GraphNode } from "../graph/graph.ts";
import { catchesErrors, policyOf } from "./node-policy.ts";
import { isVariable, lookUpNodes, type ParsedNode, type Parsing, slotOf } from "./parsing.ts";

type Node = ParsedNode<V1Node>;

interface Wire {
  from: string;
  path: readonly string[];
  to: string;
  input: string;
  key: string | undefined;
}

/** V1: data flows along edges, from an output connector to an input connector. */
export function parseV1(definition: V1Definition, parsing: Parsing): GraphNode[] {
  const nodes = lookUpNodes(definition.nodes, parsing);
  const wires = definition.edges.flatMap((edge, index) => parseEdge(edge, index, nodes, parsing));
  const wiresTo = Map.groupBy(wires, ({ to }) => to);
  const caught = new Set(wires.filter(({ path }) => path[0] === ON_ERROR).map(({ from }) => from));
  return [...nodes.values()].map((node) =>
    toGraphNode({
      node,
      wires: wiresTo.get(node.source.id) ?? [],
      isCaught: caught.has(node.source.id),
      parsing,
    }),
  );
}

function toGraphNode(options: {
  node: Node;
  wires: readonly Wire[];
  isCaught: boolean;
  parsing: Parsing;
}): GraphNode {
  const { node, wires, isCaught, parsing } = options;
  const { source, index, title, registered } = node;
  const policy = policyOf(node, parsing);
  return {
    id: source.id,
    index,
    type: source.type,
    title,
    registered,
    inputs: connectorsOf(node, "inputs").flatMap((connector) => inputsOf(connector, node, wires)),
    config: configOf(node),
    arrows: wires.map(({ from, path }) => ({ from, path, implicit: false })),
    policy,
    catchesErrors: catchesErrors(policy, isCaught),
    ...(source.subflow_id && { subflowId: source.subflow_id }),
  };
}

/** Definition and the node's own choices (added keys, chosen types), by connector name. */
function connectorsOf({ source, registered }: Node, side: "inputs" | "outputs"): Connector[] {
  const own = (source.connector_config?.[side] ?? []) as Partial<Connector>[];
  const byName = new Map<string, Connector>(
    registered.definition[side].map((connector) => [connector.name, connector]),
  );
  for (const choice of own)
    if (typeof choice.name === "string")
      byName.set(choice.name, { ...byName.get(choice.name), ...choice } as Connector);
  return [...byName.values()];
}

function parseEdge(edge: V1Edge, index: number, nodes: ReadonlyMap<string, Node>, parsing: Parsing): Wire[] {
  const from = findEnd(edge.from_id, `edges[${index}].from_id`, nodes, parsing, "outputs");
  const to = findEnd(edge.to_id, `edges[${index}].to_id`, nodes, parsing, "inputs");
  if (!from || !to) return [];
  const { connector_name, key } = edge.from_id;
  return [
    {
      from: edge.from_id.node_id,
      path: key ? [connector_name, key] : [connector_name],
      to: edge.to_id.node_id,
      input: edge.to_id.connector_name,
      key: edge.to_id.key ?? undefined,
    },
  ];
}

function findEnd(
  end: V1Edge["from_id"],
  path: string,
  nodes: ReadonlyMap<string, Node>,
  { problems }: Parsing,
  side: "inputs" | "outputs",
): boolean {
  const node = nodes.get(end.node_id);
  if (!node) {
    const near = suggestion(end.node_id, [...nodes.keys()]);
    const message = `The edge leads ${side === "inputs" ? "to" : "from"} a node "${end.node_id}", which is not there.${near}`;
    problems.push({ code: "workflow_edge_invalid", path: `${path}.node_id`, message, stage: "form" });
    return false;
  }
  const problem = connectorProblem(end, node, side);
  if (problem) problems.push({ code: "workflow_edge_invalid", path, message: problem, stage: "run" });
  return !problem;
}

function connectorProblem(
  { connector_name, key }: V1Edge["from_id"],
  node: Node,
  side: "inputs" | "outputs",
): string | undefined {
  if (!node.known || connector_name === ON_ERROR) return undefined;
  const connectors = connectorsOf(node, side);
  const connector = connectors.find(({ name }) => name === connector_name);
  const what = side === "inputs" ? "input" : "output";
  if (!connector) {
    const names = connectors.map(({ name }) => name);
    return `Node "${node.title}" has no ${what} "${connector_name}".${suggestion(connector_name, names, `Its ${what}s are`)}`;
  }
  if (isVariable(connector) && !key)
    return `The ${what} "${connector_name}" of node "${node.title}" takes several values: the edge needs a "key".`;
  return undefined;
}

function inputsOf(connector: Connector, node: Node, wires: readonly Wire[]): GraphInput[] {
  const own = wires.filter(({ input }) => input === connector.name);
  if (!isVariable(connector)) return [singleInput(connector, node, own)];
  const byKey = Map.groupBy(own, ({ key }) => key ?? "");
  const keyed = [...byKey].map(([key, all]) => {
    const slot = slotOf(connector, key);
    return { ...slot, expression: joined(all, slot.isList) };
  });
  return keyed.length > 0 ? keyed : [singleInput(connector, node, [])];
}

function singleInput(connector: Connector, node: Node, wires: readonly Wire[]): GraphInput {
  const slot = slotOf(connector);
  if (wires.length > 0) return { ...slot, expression: joined(wires, slot.isList) };
  const value = fixedValue(connector.name, node);
  return { ...slot, expression: value === undefined ? nothing : { kind: "literal", value } };
}

const nothing: Expression = { kind: "first", of: [] };

/** Several edges to one connector: a list gathers them all, anything else takes the branch that was gone. */
function joined(wires: readonly Wire[], isList: boolean): Expression {
  const of = wires.map(({ from, path }): Expression => ({ kind: "output", node: from, path }));
  const [only] = of;
  if (only && of.length === 1) return only;
  return { kind: isList ? "gathered" : "first", of };
}

/** A value written into the workflow for an input that nothing is connected to. */
function fixedValue(name: string, { source, registered }: Node): unknown {
  const inputs = (source.inputs ?? []) as { name?: string; fixed_value?: unknown }[];
  const fixed = inputs.find((input) => input.name === name)?.fixed_value;
  if (fixed !== undefined && fixed !== null) return fixed;
  if (name in registered.definition.config) return undefined;
  return source.node_config?.[name] ?? undefined;
}

function configOf({ source, registered }: Node): Record<string, Expression> {
  const inputs = new Set(registered.definition.inputs.map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(source.node_config ?? {})
      .filter(([name]) => name !== NODE_POLICY_KEY)
      .filter(([name]) => name in registered.definition.config || !inputs.has(name))
      .map(([name, value]): [string, Expression] => [name, { kind: "literal", value }]),
  );
}
