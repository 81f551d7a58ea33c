import { type Connector, ON_ERROR, type V2Definition, type V2Node } from "@noxus/contracts";
import { suggestion } from "../check/nearest.ts";
import { type Expression, referencesIn } from "../graph/expression.ts";
import type { Arrow, GraphInput, GraphNode } from "../graph/graph.ts";
import { catchesErrors, policyOf } from "./node-policy.ts";
import { outputPath, splitOnce } from "./output-path.ts";
import { isVariable, lookUpNodes, type ParsedNode, type Parsing, slotOf } from "./parsing.ts";
import { parseValue, type ResolveReference } from "./var-reference.ts";

type Node = ParsedNode<V2Node>;
type Nodes = ReadonlyMap<string, Node>;

/** V2: data flows by references in the configuration; edges say in which order nodes run, and along which branch. */
export function parseV2(definition: V2Definition, parsing: Parsing): GraphNode[] {
  const nodes = lookUpNodes(definition.nodes, parsing);
  const edgesTo = Map.groupBy(parseEdges(definition, nodes, parsing), ({ to }) => to);
  const parsed = [...nodes.values()].map((node) =>
    toGraphNode(node, edgesTo.get(node.source.id) ?? [], nodes, parsing),
  );
  const caught = new Set(
    parsed.flatMap(({ arrows }) =>
      arrows.filter(({ path }) => path?.[0] === ON_ERROR).map(({ from }) => from),
    ),
  );
  return parsed.map((node) => ({ ...node, catchesErrors: catchesErrors(node.policy, caught.has(node.id)) }));
}

function toGraphNode(node: Node, edges: readonly Arrow[], nodes: Nodes, parsing: Parsing): GraphNode {
  const { source, index, title, registered } = node;
  const fields = Object.entries(fieldsOf(node, nodes, parsing));
  const inputs = fields.flatMap(([name, expression]) => inputOf(name, expression, node) ?? []);
  const given = new Set(inputs.map(({ name }) => name));
  const missing = registered.definition.inputs
    .filter(({ name }) => !given.has(name))
    .map((connector) => ({ ...slotOf(connector), expression: nothing }));
  const config = fields.filter(([name, expression]) => !inputOf(name, expression, node));
  return {
    id: source.id,
    index,
    type: source.type,
    title,
    registered,
    inputs: [...inputs, ...missing],
    config: Object.fromEntries(config),
    arrows: [...edges, ...impliedBy(fields, edges)],
    policy: policyOf(node, parsing),
    catchesErrors: false,
    ...(source.parent_id && { parentId: source.parent_id }),
  };
}

const nothing: Expression = { kind: "first", of: [] };

function parseEdges(
  { edges }: V2Definition,
  nodes: Nodes,
  { problems }: Parsing,
): (Arrow & { to: string })[] {
  return edges.flatMap(({ source, target, source_handle }, index) => {
    const ends = { source, target };
    const lost = (["source", "target"] as const).filter((end) => !nodes.has(ends[end]));
    for (const end of lost) {
      const message = `The edge's ${end} is a node "${ends[end]}", which is not there.${suggestion(ends[end], [...nodes.keys()])}`;
      problems.push({
        code: "workflow_edge_invalid",
        path: `edges[${index}].${end}`,
        message,
        stage: "form",
      });
    }
    if (lost.length > 0) return [];
    return [{ from: source, to: target, implicit: false, ...branchOf(source_handle, nodes.get(source)) }];
  });
}

/** A handle that names an output makes the edge a branch: it is alive only where this output came. */
function branchOf(handle: string | null | undefined, node: Node | undefined): { path?: readonly string[] } {
  if (!handle || !node) return {};
  const isOutput =
    handle === ON_ERROR || node.registered.definition.outputs.some(({ name }) => name === handle);
  return isOutput ? { path: [handle] } : {};
}

/** The node's fields with their references; `variable_bindings` win over what `node_config` holds. */
function fieldsOf(node: Node, nodes: Nodes, parsing: Parsing): Record<string, Expression> {
  const { source, index } = node;
  const values = Object.entries(source.node_config ?? {}).filter(([name]) => !name.startsWith("__"));
  const bindings = Object.entries(source.variable_bindings ?? {});
  const at = (part: string, name: string) =>
    resolver({ path: `nodes[${index}].${part}.${name}`, nodes, parsing, node });
  return Object.fromEntries([
    ...values.map(([name, value]) => [name, parseValue(value, at("node_config", name))] as const),
    ...bindings.map(([name, value]) => [name, parseBinding(value, at("variable_bindings", name))] as const),
  ]);
}

function parseBinding(value: unknown, resolve: ResolveReference): Expression {
  if (Array.isArray(value)) return { kind: "gathered", of: value.map((one) => parseBinding(one, resolve)) };
  if (typeof value !== "string" || value.includes(":var[")) return parseValue(value, resolve);
  return resolve(value) ?? { kind: "literal", value: null };
}

/** Finds `<node>.<output>`; ids may hold dots, so the longest id that fits wins. */
function resolver(options: { path: string; nodes: Nodes; parsing: Parsing; node: Node }): ResolveReference {
  const { path, nodes, parsing } = options;
  const report = (message: string, stage: "form" | "run") => {
    parsing.problems.push({ code: "workflow_edge_invalid", path, message, stage });
    return undefined;
  };
  return (reference) => {
    const target = targetOf(reference, nodes);
    const where = `Node "${options.node.title}" refers to "${reference}"`;
    if (!target) {
      const [id] = splitOnce(reference, ".");
      return report(`${where}, but no node has the id "${id}".${suggestion(id, [...nodes.keys()])}`, "form");
    }
    const output = reference.slice(target.source.id.length + 1) || "output";
    const found = outputPath(output, target.registered);
    if (found) return { kind: "output", node: target.source.id, path: found };
    const names = target.registered.definition.outputs.map(({ name }) => name);
    return report(
      `${where}, but node "${target.title}" has no output "${output}".${suggestion(output, names, "Its outputs are")}`,
      "run",
    );
  };
}

function targetOf(reference: string, nodes: Nodes): Node | undefined {
  const exact = nodes.get(reference);
  if (exact) return exact;
  for (let end = reference.lastIndexOf("."); end > 0; end = reference.lastIndexOf(".", end - 1)) {
    const node = nodes.get(reference.slice(0, end));
    if (node) return node;
  }
  return undefined;
}

function inputOf(name: string, expression: Expression, node: Node): GraphInput[] | undefined {
  const { inputs } = node.registered.definition;
  const connector = inputs.find((input) => input.name === name);
  if (connector && isVariable(connector)) return keyedInputs(connector, expression, node);
  if (connector) return [withOverride({ ...slotOf(connector), expression }, name, node)];
  const [outer, key] = splitOnce(name, "__");
  const variable = key ? inputs.find((input) => input.name === outer && isVariable(input)) : undefined;
  return variable && key ? [withOverride({ ...slotOf(variable, key), expression }, name, node)] : undefined;
}

/** A variable connector written as one object: a value for each key. */
function keyedInputs(connector: Connector, expression: Expression, node: Node): GraphInput[] {
  return Object.entries(entriesOf(expression)).map(([key, entry]) =>
    withOverride({ ...slotOf(connector, key), expression: entry }, connector.name, node),
  );
}

function entriesOf(expression: Expression): Readonly<Record<string, Expression>> {
  if (expression.kind === "object") return expression.entries;
  if (expression.kind !== "literal" || typeof expression.value !== "object") return {};
  return Object.fromEntries(
    Object.entries(expression.value ?? {}).map(([key, value]): [string, Expression] => [
      key,
      { kind: "literal", value },
    ]),
  );
}

function withOverride(input: GraphInput, field: string, { source }: Node): GraphInput {
  const iterate = source.iterate_overrides?.[field];
  return iterate === undefined ? input : { ...input, mapping: iterate ? "always" : "never" };
}

/** A reference without an edge still means: after that node. */
function impliedBy(fields: readonly [string, Expression][], edges: readonly Arrow[]): Arrow[] {
  const explicit = new Set(edges.map(({ from }) => from));
  return fields
    .flatMap(([, expression]) => referencesIn(expression))
    .filter(({ node }) => !explicit.has(node))
    .map(({ node, path }) => ({ from: node, path, implicit: true }));
}
