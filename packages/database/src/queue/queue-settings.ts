import type { QueueOptions } from "pg-boss";

/** Runs one statement for pg-boss, on whatever connection. */
export type RunSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** pg-boss keeps its tables apart from ours. */
export const queueSchema = "queue";
export const runQueueName = "runs";

/** Said in the transaction that enqueues; every taker listens. */
export const runQueuedChannel = "noxus_run_queued";

const daySeconds = 86_400;

/**
 * A job only says "look at this run"; what happened to the run stands in our own tables. So a job is tried for as long
 * as anyone may still care, and its remains go soon.
 */
export const runQueueOptions = {
  // The least that pg-boss allows. The run's own lease notices a dead worker sooner; this is the floor beneath it.
  heartbeatSeconds: 10,
  // The most that pg-boss allows. A run that takes longer is handed out again while it is still worked on; its lease
  // refuses the second taker.
  expireInSeconds: daySeconds,
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  retentionSeconds: 365 * daySeconds,
  deleteAfterSeconds: 3_600,
} as const satisfies QueueOptions;
