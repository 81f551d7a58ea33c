import { NoxusError } from "@noxus/contracts";
import { type Queries, workflows, workflowVersions } from "@noxus/database";
import { and, count, desc, eq, sql } from "@noxus/database/sql";
import { workflowsOf } from "./trial-workflow.ts";

export type WorkflowRow = typeof workflows.$inferSelect;
export type WorkflowVersionRow = typeof workflowVersions.$inferSelect;

/** Ids come from addresses: what is no UUID is nothing that is there, and PostgreSQL would not take it. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id);
}

/** @throws NoxusError `not_found`, the same for a workflow of another workspace. */
export async function findWorkflow(
  db: Pick<Queries, "select">,
  { id, workspaceId }: { id: string; workspaceId: string },
): Promise<WorkflowRow> {
  const own = and(eq(workflows.id, id), workflowsOf(workspaceId));
  const [row] = isUuid(id) ? await db.select().from(workflows).where(own) : [];
  if (row) return row;
  throw new NoxusError("not_found", `This workspace has no workflow "${id}".`);
}

/** What a run's workflow is called now. */
export async function workflowName(db: Pick<Queries, "select">, id: string): Promise<string | null> {
  const [row] = await db.select({ name: workflows.name }).from(workflows).where(eq(workflows.id, id));
  return row?.name ?? null;
}

/** @throws NoxusError `not_found`. */
export async function findVersion(
  db: Pick<Queries, "select">,
  { id, workflowId }: { id: string; workflowId: string },
): Promise<WorkflowVersionRow> {
  const own = and(eq(workflowVersions.id, id), eq(workflowVersions.workflowId, workflowId));
  const [row] = isUuid(id) ? await db.select().from(workflowVersions).where(own) : [];
  if (row) return row;
  throw new NoxusError("not_found", `The workflow ${workflowId} has no version "${id}".`);
}

/** One page of a workspace's workflows, newest first. */
export async function listWorkflows(
  db: Pick<Queries, "select">,
  options: {
    workspaceId: string;
    type: string | undefined;
    name: string | undefined;
    page: number;
    size: number;
  },
): Promise<{ rows: WorkflowRow[]; total: number }> {
  const { workspaceId, type, name, page, size } = options;
  const own = and(
    workflowsOf(workspaceId),
    type === undefined ? undefined : eq(workflows.type, type),
    name === undefined ? undefined : eq(workflows.name, name),
  );
  const [total] = await db
    .select({ all: sql<number>`${count()}::int` })
    .from(workflows)
    .where(own);
  const rows = await db
    .select()
    .from(workflows)
    .where(own)
    .orderBy(desc(workflows.createdAt), desc(workflows.id))
    .limit(size)
    .offset((page - 1) * size);
  return { rows, total: total?.all ?? 0 };
}
