import { NoxusError, type RunStatus } from "@noxus/contracts";
import { type NodeRunRow, nodeRuns, type Queries, type RunRow, runs } from "@noxus/database";
import { and, asc, count, desc, eq, gte, lt, lte, type SQL, sql } from "@noxus/database/sql";
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
  since?: Date | undefined;
  until?: Date | undefined;
  /** Hexadecimal digits, with or without hyphens. */
  idBeginning?: string | undefined;
}

/** Counted to here; counting a million rows takes longer than all else about a page. */
const mostCounted = 10_000;

/** One page of runs, newest first. Beyond 10,000, `total` only tells that there are more than the pages so far. */
export async function listRuns(
  db: Pick<Queries, "select">,
  { page, size, ...filter }: RunFilter & { page: number; size: number },
): Promise<{ rows: RunRow[]; total: number }> {
  const offset = (page - 1) * size;
  const rows = await db
    .select()
    .from(runs)
    .where(filterOf(filter))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(size)
    .offset(offset);
  return { rows, total: await countRuns(db, filter, { offset, found: rows.length, size }) };
}

/** How many there are; beyond 10,000 only whether there are more than the page that was read. */
export async function countRuns(
  db: Pick<Queries, "select">,
  filter: RunFilter,
  { offset, found, size }: { offset: number; found: number; size: number },
): Promise<number> {
  const few = db.select({ id: runs.id }).from(runs).where(filterOf(filter)).limit(mostCounted).as("few");
  const [counted] = await db.select({ all: sql<number>`${count()}::int` }).from(few);
  const total = counted?.all ?? 0;
  if (total < mostCounted) return total;
  return Math.max(total, offset + found + (found === size ? 1 : 0));
}

/** The runs that are asked for, as a condition that an index answers. */
export function filterOf(filter: RunFilter): SQL | undefined {
  const { workspaceId, workflowId, status, since, until, idBeginning } = filter;
  return and(
    eq(runs.workspaceId, workspaceId),
    workflowId === undefined ? undefined : eq(runs.workflowId, workflowId),
    status === undefined ? undefined : eq(runs.status, status),
    since && gte(runs.createdAt, since),
    until && lt(runs.createdAt, until),
    // As a range, which the primary key's index finds among a million.
    idBeginning ? gte(runs.id, uuidFrom(idBeginning, "0")) : undefined,
    idBeginning ? lte(runs.id, uuidFrom(idBeginning, "f")) : undefined,
  );
}

/** The first id (filled up with `0`) or the last one (with `f`) that begins so. */
function uuidFrom(beginning: string, fill: "0" | "f"): string {
  const digits = beginning.replaceAll("-", "").slice(0, 32).padEnd(32, fill);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
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
