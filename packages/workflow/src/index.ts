/**
 * Workflows of both published forms (edges between connectors, references in the configuration) as one graph. Pure:
 * no database, no network; the platform checks with it, the worker executes what it gives.
 *
 *     const registry = createRegistry(plugins);
 *     const graph = parseWorkflow(workflow.definition, registry);       // throws with every problem at once
 *     const { values } = bindRunInputs(graph, { Name: "Ada" });
 */
export { nearest, suggestion } from "./check/nearest.ts";
export { type Problem, workflowError } from "./check/problem.ts";
export { type Evaluated, type Expression, evaluate, type OutputsOf, toText } from "./graph/expression.ts";
export type { Arrow, Graph, GraphInput, GraphNode } from "./graph/graph.ts";
export { followersOf, partOf } from "./graph/part-of.ts";
export { bindRunInputs, labelOf, type RunInputs } from "./inputs/run-inputs.ts";
export { type Inspected, inspectWorkflow, parseWorkflow } from "./parse/inspect-workflow.ts";
export {
  createRegistry,
  type NodeRegistry,
  type RegisteredNode,
  type RegistryPlugin,
} from "./registry/registry.ts";
