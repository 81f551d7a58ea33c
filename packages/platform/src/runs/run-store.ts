import { NoxusError, type RunStatus } from "@noxus/contracts";
import { type NodeRunRow, nodeRuns, type Queries, type RunRow, runs } from "@noxus/database";
import { and, asc, count, desc, eq, type SQL, sql } from "@noxus/database/sql";
import { isUuid } from "../workflows/workflow-store.ts";

export interface RunAddress {
  id: string;
  workspaceId: string;
  /** Where the address names a workflow too. */
  workflowId?: string | undefined;
}

/** @throws NoxusError `not_found`, the same for a run of another workspace. */
export async function findRun(
  db: Pick<Queries, "select">,
  { id, workspaceId, workflowId }: RunAddress,
): Promise<RunRow> {
  const own = and(
    eq(runs.id, id),
    eq(runs.workspaceId, workspaceId),
    workflowId === undefined ? undefined : eq(runs.workflowId, workflowId),
  );
  const isAddress = isUuid(id) && (workflowId === undefined || isUuid(workflowId));
  const [row] = isAddress ? await db.select().from(runs).where(own) : [];
  if (row) return row;
  throw new NoxusError(
    "not_found",
    `This workspace has no run "${id}"${workflowId ? " of this workflow" : ""}.`,
  );
}

export interface RunFilter {
  workspaceId: string;
  workflowId?: string | undefined;
  status?: RunStatus | undefined;
}

/** One page of runs, newest first. */
export async function listRuns(
  db: Pick<Queries, "select">,
  { page, size, ...filter }: RunFilter & { page: number; size: number },
): Promise<{ rows: RunRow[]; total: number }> {
  const own = filterOf(filter);
  const [total] = await db
    .select({ all: sql<number>`${count()}::int` })
    .from(runs)
    .where(own);
  const rows = await db
    .select()
    .from(runs)
    .where(own)
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(size)
    .offset((page - 1) * size);
  return { rows, total: total?.all ?? 0 };
}

function filterOf({ workspaceId, workflowId, status }: RunFilter): SQL | undefined {
  return and(
    eq(runs.workspaceId, workspaceId),
    workflowId === undefined ? undefined : eq(runs.workflowId, workflowId),
    status === undefined ? undefined : eq(runs.status, status),
  );
}

/** The journal of a run, or of one node of it, in the order in which nodes started; repeated attempts included. */
export async function listNodeRuns(
  db: Pick<Queries, "select">,
  { runId, nodeId }: { runId: string; nodeId?: string },
): Promise<NodeRunRow[]> {
  const own = and(eq(nodeRuns.runId, runId), nodeId === undefined ? undefined : eq(nodeRuns.nodeId, nodeId));
  const order = [asc(nodeRuns.startedAt), asc(nodeRuns.readyAt), asc(nodeRuns.attempt)];
  return db
    .select()
    .from(nodeRuns)
    .where(own)
    .orderBy(...order);
}
