import { isV2, v1DefinitionSchema, v2DefinitionSchema, type WorkflowDefinition } from "@noxus/contracts";
import { mismatchedTypes } from "../check/data-types.ts";
import { missingValues } from "../check/missing.ts";
import { type Problem, workflowError } from "../check/problem.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { NodeRegistry } from "../registry/registry.ts";
import { nestedGraph } from "./loops.ts";
import type { Parsing } from "./parsing.ts";
import { parseV1 } from "./v1.ts";
import { parseV2 } from "./v2.ts";

export interface Inspected {
  /** There unless the definition is broken in its form; it may still have problems. */
  graph: Graph | undefined;
  /** All of them; missing values are left out where asked for. */
  problems: Problem[];
}

/**
 * Reads a workflow of either form, and finds all that is wrong with it.
 *
 * @param options.missing Whether missing values are problems; `false` where a run may still bring them. Default true.
 */
export function inspectWorkflow(
  definition: unknown,
  registry: NodeRegistry,
  { missing = true }: { missing?: boolean } = {},
): Inspected {
  const parsing: Parsing = { registry, problems: [] };
  const nodes = parseNodes(definition, parsing);
  if (!nodes) return { graph: undefined, problems: parsing.problems };
  const { graph, problems } = nestedGraph(nodes);
  const all = [
    ...parsing.problems,
    ...problems,
    ...mismatchedTypes(nodes),
    ...(missing ? missingValues(nodes) : []),
  ];
  const isBroken = all.some(({ stage }) => stage === "form");
  return { graph: isBroken ? undefined : graph, problems: all };
}

/**
 * A workflow of either form as the one graph that everything else knows. Types are not looked at: plugins may take more
 * than they declare.
 *
 * @throws NoxusError with the code that all problems share, else `workflow_invalid`; `fields` lists every problem.
 */
export function parseWorkflow(
  definition: unknown,
  registry: NodeRegistry,
  options: { missing?: boolean } = {},
): Graph {
  const { graph, problems } = inspectWorkflow(definition, registry, options);
  const hindrances = problems.filter(({ stage }) => stage !== "types");
  if (!graph || hindrances.length > 0) throw workflowError(hindrances);
  return graph;
}

function parseNodes(definition: unknown, parsing: Parsing): GraphNode[] | undefined {
  const version2 =
    typeof definition === "object" && definition !== null && isV2(definition as WorkflowDefinition);
  const parsed = (version2 ? v2DefinitionSchema : v1DefinitionSchema).safeParse(definition);
  if (!parsed.success) {
    parsing.problems.push(
      ...parsed.error.issues.map((issue) => ({
        code: "workflow_invalid" as const,
        path: toPath(issue.path),
        message: `${toPath(issue.path) || "The definition"}: ${issue.message}.`,
        stage: "form" as const,
      })),
    );
    return undefined;
  }
  return isV2(parsed.data) ? parseV2(parsed.data, parsing) : parseV1(parsed.data, parsing);
}

/** `["nodes", 3, "id"]` as `nodes[3].id`. */
function toPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}
