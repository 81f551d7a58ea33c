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
    definition: row.definition,
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
