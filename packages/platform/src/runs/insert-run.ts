import { randomUUID } from "node:crypto";
import type { RunStarter } from "@noxus/contracts";
import { type Queries, type RunRow, storableJson, toJsonb } from "@noxus/database";
import { sql } from "@noxus/database/sql";

/** What a run is started with. */
export interface NewRun {
  workspaceId: string;
  workflowId: string;
  workflowVersionId: string | null;
  /** As it is now: the run is pinned to it. */
  definition: Record<string, unknown>;
  input: Record<string, unknown>;
  callbackUrl?: string | undefined;
  /** Only these nodes and what they depend on; all where absent. */
  nodeIds?: string[] | null | undefined;
  /** Longest time of the whole run. */
  timeoutSeconds?: number | undefined;
  /** Other workflows that it runs, as they are now. */
  subflows?: RunRow["subflows"] | undefined;
  /** The run that it goes on from, or repeats. */
  restartedFrom?: string | undefined;
  /** To be shown. */
  startedBy: RunStarter;
}

/**
 * Writes a run and its first event, in one statement: from then on it waits for a worker. Tell `runQueuedChannel` after
 * the commit, so that one looks at once.
 */
export async function insertRun(db: Pick<Queries, "execute">, start: NewRun): Promise<RunRow> {
  const id = randomUUID();
  const { workspaceId, workflowId, workflowVersionId, definition, startedBy, callbackUrl = null } = start;
  const { nodeIds = null, subflows = null, restartedFrom = null, timeoutSeconds = null } = start;
  const input = storableJson(start.input);
  const { rows } = await db.execute<{ created_at: string; deadline_at: string | null }>(sql`
    with run as (
      insert into runs (id, workspace_id, workflow_id, workflow_version_id, definition, input, callback_url,
        node_ids, subflows, restarted_from, started_by, deadline_at)
      values (${id}, ${workspaceId}, ${workflowId}, ${workflowVersionId}, ${toJsonb(definition)}, ${toJsonb(input)}, ${callbackUrl},
        ${nodeIds && toJsonb(nodeIds)}, ${subflows && toJsonb(subflows)}, ${restartedFrom}, ${toJsonb(startedBy)},
        now() + ${timeoutSeconds}::float8 * interval '1 second')
      returning id, created_at, deadline_at
    ), first_event as (
      insert into run_events (run_id, type, data)
      select id, 'run.queued', '{"workflow_status": "queued"}' from run
    )
    select created_at, deadline_at from run`);
  const createdAt = new Date(rows[0]?.created_at ?? Number.NaN);
  const deadlineAt = rows[0]?.deadline_at ? new Date(rows[0].deadline_at) : null;
  return {
    ...untouched,
    id,
    workspaceId,
    workflowId,
    workflowVersionId,
    definition,
    input,
    callbackUrl,
    nodeIds,
    subflows,
    restartedFrom,
    startedBy,
    deadlineAt,
    createdAt,
  };
}

/** A run that no worker has seen. */
const untouched = {
  status: "queued",
  progress: 0,
  output: null,
  error: null,
  cancelRequestedAt: null,
  pauseRequestedAt: null,
  wakeAt: null,
  wakeRequested: false,
  leaseOwner: null,
  leaseUntil: null,
  epoch: 0,
  journalSeq: 0,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<RunRow>;
