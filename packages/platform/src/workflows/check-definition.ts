import { inspectWorkflow, type NodeRegistry, type Problem, workflowError } from "@noxus/workflow";

/**
 * What a client saves may be a draft: types of plugins that are not installed yet, inputs that are not connected. Refused
 * is only what no plugin and no input could mend: no definition at all, repeated ids, edges to nowhere, a cycle. A run,
 * and `POST /v1/workflows/validate`, check everything.
 *
 * @throws NoxusError of the problems' code, with `fields`.
 */
export function refuseBrokenForm(definition: unknown, registry: NodeRegistry): void {
  refuse(["form"], definition, registry);
}

/**
 * The same for what an editor saves: there, outputs that lead to inputs of another type are refused too.
 *
 * @throws NoxusError of the problems' code, with `fields`.
 */
export function refuseUnsound(definition: unknown, registry: NodeRegistry): void {
  refuse(["form", "types"], definition, registry);
}

function refuse(stages: readonly Problem["stage"][], definition: unknown, registry: NodeRegistry): void {
  const problems = inspectWorkflow(definition, registry).problems.filter(({ stage }) =>
    stages.includes(stage),
  );
  if (problems.length > 0) throw workflowError(problems);
}
