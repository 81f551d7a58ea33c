import type { ConfigField } from "@noxus/contracts";
import type { GraphInput, GraphNode } from "../graph/graph.ts";
import type { Problem } from "./problem.ts";

/**
 * Required inputs that nothing is connected to, and required configuration without a value.
 *
 * @param given Inputs that the run itself brings, as `<node id>::<input>`.
 */
export function missingValues(nodes: Iterable<GraphNode>, given: ReadonlySet<string> = new Set()): Problem[] {
  return [...nodes].flatMap((node) => [
    ...node.inputs
      .filter((input) => hasNothing(input) && !given.has(`${node.id}::${input.name}`))
      .map((input) => inputProblem(node, input)),
    ...Object.entries(node.registered.definition.config)
      .filter(([name, field]) => isRequired(field) && !hasValue(node, name))
      .map(([name]) => configProblem(node, name)),
  ]);
}

function hasNothing({ required, expression }: GraphInput): boolean {
  if (!required) return false;
  if (expression.kind === "literal") return expression.value === null || expression.value === undefined;
  return expression.kind === "first" && expression.of.length === 0;
}

function inputProblem({ index, title, id }: GraphNode, { name }: GraphInput): Problem {
  return {
    code: "workflow_input_missing",
    path: `nodes[${index}].inputs.${name}`,
    message: `The input "${name}" of node "${title}" (${id}) is required, but nothing is connected to it and it has no value.`,
    stage: "run",
  };
}

/** Fields that rules show or hide are left to the node: only it knows whether they count. */
function isRequired(field: ConfigField): boolean {
  const hasDefault = field.default !== null && field.default !== undefined;
  return (
    field.optional !== true && field.visible !== false && !hasDefault && (field.rules ?? []).length === 0
  );
}

function hasValue({ config }: GraphNode, name: string): boolean {
  const expression = config[name];
  if (expression === undefined) return false;
  return expression.kind !== "literal" || (expression.value !== null && expression.value !== undefined);
}

function configProblem({ index, title, id }: GraphNode, name: string): Problem {
  return {
    code: "workflow_input_missing",
    path: `nodes[${index}].node_config.${name}`,
    message: `Node "${title}" (${id}) needs a value for "${name}" in its configuration.`,
    stage: "run",
  };
}
