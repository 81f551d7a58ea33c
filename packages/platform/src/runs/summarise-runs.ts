import { type Queries, runs, workflows } from "@noxus/database";
import { desc, eq, sql } from "@noxus/database/sql";
import { trialWorkflowId } from "../workflows/trial-workflow.ts";
import { countRuns, filterOf, type RunFilter } from "./run-store.ts";

/** What a list shows of a run. None of it grows with the run's values: neither is it sent, nor read from the disk. */
const shown = {
  id: runs.id,
  workflow_id: runs.workflowId,
  workflow_name: workflows.name,
  status: runs.status,
  progress: runs.progress,
  error: runs.error,
  restarted_from: runs.restartedFrom,
  started_by: runs.startedBy,
  pause_requested: sql<boolean>`${runs.pauseRequestedAt} is not null`,
  created_at: runs.createdAt,
  started_at: runs.startedAt,
  finished_at: runs.finishedAt,
};

/** One page of runs, newest first, as a list shows them; `total` as `listRuns` has it. */
export async function summariseRuns(
  db: Pick<Queries, "select">,
  { page, size, ...filter }: RunFilter & { page: number; size: number },
) {
  const trial = trialWorkflowId(filter.workspaceId);
  const tried_node = sql<
    string | null
  >`case when ${runs.workflowId} = ${trial} then ${runs.definition} #>> '{nodes,0,type}' end`;
  const offset = (page - 1) * size;
  const rows = await db
    .select({ ...shown, tried_node })
    .from(runs)
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .where(filterOf(filter))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(size)
    .offset(offset);
  const total = await countRuns(db, filter, { offset, found: rows.length, size });
  const items = rows.map(({ created_at, started_at, finished_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
  }));
  return { items, total, page, size };
}
