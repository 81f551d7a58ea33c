import type { Connector } from "@noxus/contracts";
import type { Expression } from "../graph/expression.ts";
import type { GraphInput, GraphNode } from "../graph/graph.ts";
import type { Problem } from "./problem.ts";

/**
 * What an input of a type takes besides its own. Texts stand for what can be written as one, and a File may be an image
 * or a sound. Whatever is not named here, as `Any` and `Custom`, takes and gives everything.
 */
const takes: Readonly<Record<string, ReadonlySet<string>>> = {
  str: new Set(["str", "number", "bool", "datetime", "dict"]),
  number: new Set(["number", "bool", "str"]),
  bool: new Set(["bool", "number", "str"]),
  datetime: new Set(["datetime", "number", "str"]),
  dict: new Set(["dict"]),
  File: new Set(["File", "Image", "Audio"]),
  Image: new Set(["Image", "File"]),
  Audio: new Set(["Audio", "File"]),
};

/** Other words for the same. */
const synonyms: Readonly<Record<string, string>> = { int: "number", float: "number", text: "str" };

/** Their type is the one on the label; those of other kinds are chosen for each node, and left to it. */
const plainKinds: ReadonlySet<string> = new Set(["connector", "input", "output"]);

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
  const isKnown = given !== undefined && wanted !== undefined && given in takes;
  if (!isKnown || takes[wanted]?.has(given) !== false) return undefined;
  return {
    code: "workflow_type_mismatch",
    path: `nodes[${target.index}].inputs.${name}`,
    message: `The input "${name}" of node "${target.title}" (${target.id}) takes ${wanted}, but the output "${output}" of node "${source.title}" (${source.id}) gives ${given}. Connect another output, or put a node between them that converts.`,
    stage: "types",
  };
}

function typeOf(connectors: readonly Connector[], name: string): string | undefined {
  const connector = connectors.find((each) => each.name === name);
  if (!connector || !plainKinds.has(connector.type ?? "connector")) return undefined;
  const type = connector.definition?.data_type;
  return type === undefined ? undefined : (synonyms[type] ?? type);
}
