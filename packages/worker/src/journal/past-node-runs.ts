import type { NodeRunStatus, NodeWait, RunError } from "@noxus/contracts";
import type { LargeValues } from "./large-values.ts";
import type { Sql } from "./sql.ts";

/** What the journal says of one node run (or item) of an earlier life of the run: its last attempt. */
export interface PastNodeRun {
  attempt: number;
  status: NodeRunStatus;
  outputs: Record<string, unknown> | null;
  error: RunError | null;
  /** Attempts that failed, the last one among them where it did. */
  failures: number;
  /** What it waits for, where its status is `waiting`. */
  wait: NodeWait | null;
  started_at: Date | null;
  /** The release of the plugin that it called. */
  plugin_release: string | null;
}

/** By node and item; empty for a run that starts now. */
export type PastNodeRuns = ReadonlyMap<string, PastNodeRun>;

export function pastKey(nodeId: string, item: string): string {
  return `${nodeId} ${item}`;
}

export async function loadPastNodeRuns(pool: Sql, runId: string, large: LargeValues): Promise<PastNodeRuns> {
  const { rows } = await pool.query<PastNodeRun & { node_id: string; item: string }>(
    `select distinct on (node_id, item) node_id, item, attempt, status, outputs, error, wait, started_at, plugin_release,
      (count(*) filter (where status = 'failed') over (partition by node_id, item))::int as failures
    from node_runs where run_id = $1 order by node_id, item, attempt desc`,
    [runId],
  );
  const past = new Map<string, PastNodeRun>();
  for (const { node_id, item, ...row } of rows)
    past.set(pastKey(node_id, item), { ...row, outputs: await large.resolve(row.outputs) });
  return past;
}

/** Nodes whose end the run's events tell already: it is told once, however often the run is taken up. */
export async function loadToldNodes(pool: Sql, runId: string): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ node_id: string; item: string }>(
    `select data->>'node_id' as node_id, coalesce(data->>'item', '') as item from run_events
    where run_id = $1 and type in ('node.completed', 'node.failed', 'node.skipped')`,
    [runId],
  );
  return new Set(rows.map(({ node_id, item }) => eventKey(node_id, item)));
}

/** Which node, in which turn of the loops around it, an event tells of. */
export function eventKey(nodeId: string, turn: string): string {
  return pastKey(nodeId, turn);
}

/** What came for a node run that waits; undefined where nothing has. */
export async function loadArrival(
  pool: Sql,
  { runId, nodeId, item, attempt }: { runId: string; nodeId: string; item: string; attempt: number },
  large: LargeValues,
): Promise<Record<string, unknown> | undefined> {
  const { rows } = await pool.query<{ outputs: Record<string, unknown> | null }>(
    `select outputs from node_runs
    where run_id = $1 and node_id = $2 and item = $3 and attempt = $4 and status = 'completed'`,
    [runId, nodeId, item, attempt],
  );
  return rows[0] && large.resolve(rows[0].outputs ?? {});
}
