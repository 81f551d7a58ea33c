import { endedStatuses, NoxusError } from "@noxus/contracts";
import { type Queries, runs } from "@noxus/database";
import { and, eq, inArray, lt, type SQL } from "@noxus/database/sql";
import { isUuid } from "../workflows/workflow-store.ts";

/** How a deletion went, as the published client reads it. */
export interface RunDeletion {
  succeeded: number;
  failed: number;
  /** Why a run was left, by its id. */
  errors: Record<string, string>;
  matched: number;
}

export interface ChosenRuns {
  ids: readonly string[];
  workspaceId: string;
  expectedCount?: number | undefined;
  dryRun?: boolean;
}

/**
 * Deletes these runs with their journals and events; one that has not ended is left and told in `errors`.
 *
 * @throws NoxusError `conflict` where the number of those that have ended is not the expected one.
 */
export async function deleteRunsById(
  db: Queries,
  { ids, workspaceId, expectedCount, dryRun = false }: ChosenRuns,
): Promise<RunDeletion> {
  const known = ids.filter(isUuid);
  const own = and(inArray(runs.id, known), eq(runs.workspaceId, workspaceId));
  const found =
    known.length === 0 ? [] : await db.select({ id: runs.id, status: runs.status }).from(runs).where(own);
  const ended = found.filter(({ status }) => endedStatuses.includes(status)).map(({ id }) => id);
  refuseUnexpected(ended.length, expectedCount);
  const there = new Map(found.map(({ id, status }) => [id, status]));
  const errors = Object.fromEntries(
    ids
      .filter((id) => !ended.includes(id))
      .map((id) => [
        id,
        there.has(id) ? `The run is ${there.get(id)}: stop it first.` : "There is no such run.",
      ]),
  );
  const succeeded = dryRun
    ? 0
    : await deleteWhere(db, ended.length === 0 ? undefined : inArray(runs.id, ended));
  return { succeeded, failed: Object.keys(errors).length, errors, matched: ended.length };
}

export interface RunSelection {
  workspaceId: string;
  createdBefore: Date | undefined;
  workflowId: string | undefined;
  expectedCount: number | undefined;
  dryRun: boolean;
}

/**
 * Deletes all runs of a selection that have ended.
 *
 * @throws NoxusError `conflict` where their number is not the expected one.
 */
export async function deleteSelectedRuns(db: Queries, selection: RunSelection): Promise<RunDeletion> {
  const { workspaceId, createdBefore, workflowId, expectedCount, dryRun } = selection;
  const chosen = and(
    eq(runs.workspaceId, workspaceId),
    inArray(runs.status, [...endedStatuses]),
    createdBefore && lt(runs.createdAt, createdBefore),
    workflowId === undefined ? undefined : eq(runs.workflowId, workflowId),
  );
  const matched = await db.select({ id: runs.id }).from(runs).where(chosen);
  refuseUnexpected(matched.length, expectedCount);
  const succeeded = dryRun ? 0 : await deleteWhere(db, chosen);
  return { succeeded, failed: 0, errors: {}, matched: matched.length };
}

function refuseUnexpected(matched: number, expected: number | undefined): void {
  if (expected === undefined || expected === matched) return;
  throw new NoxusError(
    "conflict",
    `${matched} runs match, and ${expected} were expected. Look again before you delete.`,
  );
}

async function deleteWhere(db: Queries, condition: SQL | undefined): Promise<number> {
  if (!condition) return 0;
  return (await db.delete(runs).where(condition).returning({ id: runs.id })).length;
}
