import { missingValues } from "../check/missing.ts";
import { suggestion } from "../check/nearest.ts";
import { type Problem, workflowError } from "../check/problem.ts";
import { allNodes, type Graph, type GraphNode } from "../graph/graph.ts";

/** A run's input, sorted to the nodes that take it. */
export interface RunInputs {
  /** Values of input nodes, by node id. */
  values: Record<string, unknown>;
  /** Values of single inputs of other nodes, as `<node id>::<input>`. */
  overrides: Record<string, unknown>;
}

/**
 * Sorts a run's input, whose keys are a node's label, `<node id>::<input>` or an input node's id.
 *
 * @param options.whole Where only a part of a workflow is run: what its other nodes take is no mistake.
 * @throws NoxusError `workflow_input_missing` naming each required input without a value, `workflow_invalid` naming
 * keys that no input has.
 */
export function bindRunInputs(
  graph: Graph,
  input: Record<string, unknown>,
  { whole = graph }: { whole?: Graph } = {},
): RunInputs {
  const inputNodes = inputNodesOf(graph);
  const bound: RunInputs = { values: {}, overrides: {} };
  const outside = inputNodesOf(whole);
  const aside: RunInputs = { values: {}, overrides: {} };
  const unknown = Object.entries(input).filter(
    ([key, value]) =>
      !bindOne({ key, value, graph, inputNodes, bound }) &&
      !bindOne({ key, value, graph: whole, inputNodes: outside, bound: aside }),
  );
  for (const node of inputNodes) useDefault(node, bound);
  const problems = [
    ...unknown.map(([key]) => unknownKey(key, inputNodes)),
    ...inputNodes.filter(({ id }) => !(id in bound.values)).map(missingInput),
    ...missingValues(allNodes(graph), new Set(Object.keys(bound.overrides))),
  ];
  if (problems.length > 0) throw workflowError(problems);
  return bound;
}

function inputNodesOf(graph: Graph): GraphNode[] {
  return [...graph.nodes.values()].filter(({ registered }) => registered.role === "input");
}

/** The name under which an input or output node's value travels: its label, else its name. */
export function labelOf(node: GraphNode): string {
  const label = literalOf(node, "label");
  return typeof label === "string" && label !== "" ? label : node.title;
}

function bindOne(options: {
  key: string;
  value: unknown;
  graph: Graph;
  inputNodes: readonly GraphNode[];
  bound: RunInputs;
}): boolean {
  const { key, value, graph, inputNodes, bound } = options;
  const [id = "", input] = key.split("::");
  const named = inputNodes.filter((node) => labelOf(node) === key);
  const target = named.length > 0 ? named : inputNodes.filter((node) => node.id === id || node.title === key);
  for (const node of target) bound.values[node.id] = value;
  if (target.length > 0) return true;
  const isInput = graph.nodes.get(id)?.inputs.some(({ name }) => name === input) ?? false;
  if (isInput) bound.overrides[key] = value;
  return isInput;
}

/**
 * A fixed value wins over what the run brings; a value that is not fixed is the default. An empty text is what editors
 * write where nobody has given a default.
 */
function useDefault(node: GraphNode, { values }: RunInputs): void {
  const value = literalOf(node, "value");
  const isDefault = value !== undefined && value !== null && value !== "";
  const isFixed = literalOf(node, "fixed_value") === true;
  const isOptional = literalOf(node, "optional") === true || literalOf(node, "required") === false;
  if (isFixed || (isDefault && !(node.id in values))) values[node.id] = value ?? null;
  else if (!(node.id in values) && isOptional) values[node.id] = null;
}

function literalOf({ config }: GraphNode, name: string): unknown {
  const expression = config[name];
  return expression?.kind === "literal" ? expression.value : undefined;
}

function missingInput(node: GraphNode): Problem {
  const label = labelOf(node);
  return {
    code: "workflow_input_missing",
    path: `input.${label}`,
    message: `The run needs the input "${label}" (node ${node.id}).`,
    stage: "run",
  };
}

function unknownKey(key: string, inputNodes: readonly GraphNode[]): Problem {
  const labels = inputNodes.map(labelOf);
  const there = labels.length === 0 ? " The workflow takes none." : suggestion(key, labels, "Its inputs are");
  return {
    code: "workflow_invalid",
    path: `input.${key}`,
    message: `The workflow has no input "${key}".${there}`,
    stage: "run",
  };
}
