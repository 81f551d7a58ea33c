import type { WorkflowRow, WorkflowVersionRow } from "./workflow-store.ts";

/** A workflow as the published clients read it. `flow_version` repeats what the definition says. */
export function presentWorkflow(row: WorkflowRow) {
  return {
    ...row.extra,
    id: row.id,
    group_id: row.workspaceId,
    name: row.name,
    type: row.type,
    flow_version: row.definition.flow_version === "v2" ? "v2" : "v1",
    definition: withNames(row.definition),
    max_concurrent_runs: row.maxConcurrentRuns,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function presentVersion(row: WorkflowVersionRow) {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    definition: row.definition,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
  };
}

/** Changes with every change of the workflow: the ETag. */
export function etagOf({ revision }: Pick<WorkflowRow, "revision">): string {
  return `"${revision}"`;
}

/** The client's V2 builder writes nodes without a name; its own reader takes none but texts. */
function withNames(definition: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(definition.nodes)) return definition;
  const nodes = (definition.nodes as Record<string, unknown>[]).map((node) =>
    node?.name === null ? { ...node, name: "" } : node,
  );
  return { ...definition, nodes };
}
