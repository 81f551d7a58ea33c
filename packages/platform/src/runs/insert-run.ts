import { randomUUID } from "node:crypto";
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
}

/**
 * Writes a run and its first event, in one statement: from then on it waits for a worker. Tell `runQueuedChannel` after
 * the commit, so that one looks at once.
 */
export async function insertRun(db: Pick<Queries, "execute">, start: NewRun): Promise<RunRow> {
  const id = randomUUID();
  const { workspaceId, workflowId, workflowVersionId, definition, callbackUrl = null } = start;
  const input = storableJson(start.input);
  const { rows } = await db.execute<{ created_at: string }>(sql`
    with run as (
      insert into runs (id, workspace_id, workflow_id, workflow_version_id, definition, input, callback_url)
      values (${id}, ${workspaceId}, ${workflowId}, ${workflowVersionId}, ${toJsonb(definition)}, ${toJsonb(input)}, ${callbackUrl})
      returning id, created_at
    ), first_event as (
      insert into run_events (run_id, type, data)
      select id, 'run.queued', '{"workflow_status": "queued"}' from run
    )
    select created_at from run`);
  const createdAt = new Date(rows[0]?.created_at ?? Number.NaN);
  return {
    ...untouched,
    id,
    workspaceId,
    workflowId,
    workflowVersionId,
    definition,
    input,
    callbackUrl,
    createdAt,
  };
}

/** A run that no worker has seen. */
const untouched = {
  nodeIds: null,
  status: "queued",
  progress: 0,
  output: null,
  error: null,
  cancelRequestedAt: null,
  leaseOwner: null,
  leaseUntil: null,
  epoch: 0,
  journalSeq: 0,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<RunRow>;
