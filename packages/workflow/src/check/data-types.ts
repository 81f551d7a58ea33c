import { type Connector, dataTypeFits, dataTypeOf } from "@noxus/contracts";
import type { Expression } from "../graph/expression.ts";
import type { GraphInput, GraphNode } from "../graph/graph.ts";
import type { Problem } from "./problem.ts";

/** Outputs that lead to an input which takes another type. A list is looked at by its items, since it may be mapped. */
export function mismatchedTypes(nodes: readonly GraphNode[]): Problem[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes.flatMap((node) =>
    node.inputs.flatMap((input) =>
      outputsIn(input.expression).flatMap(({ node: from, path }) => {
        const source = byId.get(from);
        return source && path.length === 1 ? (mismatch(source, path[0] ?? "", node, input) ?? []) : [];
      }),
    ),
  );
}

/** Values that arrive as they are; what is built into a text or an object loses its type there. */
function outputsIn(expression: Expression): Extract<Expression, { kind: "output" }>[] {
  if (expression.kind === "output") return [expression];
  return expression.kind === "first" || expression.kind === "gathered"
    ? expression.of.flatMap(outputsIn)
    : [];
}

function mismatch(
  source: GraphNode,
  output: string,
  target: GraphNode,
  { name }: GraphInput,
): Problem | undefined {
  const given = typeOf(source.registered.definition.outputs, output);
  const wanted = typeOf(target.registered.definition.inputs, name);
  if (given === undefined || wanted === undefined || dataTypeFits(given, wanted)) return undefined;
  return {
    code: "workflow_type_mismatch",
    path: `nodes[${target.index}].inputs.${name}`,
    message: `The input "${name}" of node "${target.title}" (${target.id}) takes ${wanted}, but the output "${output}" of node "${source.title}" (${source.id}) gives ${given}. Connect another output, or put a node between them that converts.`,
    stage: "types",
  };
}

function typeOf(connectors: readonly Connector[], name: string): string | undefined {
  return dataTypeOf(connectors.find((each) => each.name === name));
}
