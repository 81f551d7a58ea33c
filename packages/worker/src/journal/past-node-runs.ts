import type { NodeRunStatus, RunError } from "@noxus/contracts";
import type { Sql } from "./sql.ts";

/** What the journal says of one node run (or item) of an earlier life of the run: its last attempt. */
export interface PastNodeRun {
  attempt: number;
  status: NodeRunStatus;
  outputs: Record<string, unknown> | null;
  error: RunError | null;
  /** Attempts that failed, the last one among them where it did. */
  failures: number;
}

/** By node and item; empty for a run that starts now. */
export type PastNodeRuns = ReadonlyMap<string, PastNodeRun>;

export function pastKey(nodeId: string, item: string): string {
  return `${nodeId} ${item}`;
}

export async function loadPastNodeRuns(pool: Sql, runId: string): Promise<PastNodeRuns> {
  const { rows } = await pool.query<PastNodeRun & { node_id: string; item: string }>(
    `select distinct on (node_id, item) node_id, item, attempt, status, outputs, error,
      (count(*) filter (where status = 'failed') over (partition by node_id, item))::int as failures
    from node_runs where run_id = $1 order by node_id, item, attempt desc`,
    [runId],
  );
  return new Map(rows.map(({ node_id, item, ...row }) => [pastKey(node_id, item), row]));
}
