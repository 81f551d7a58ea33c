import { type Db, fromDrizzle, PgBoss } from "pg-boss";
import type { Database, Queries } from "../connection/connect.ts";
import type { DatabaseLogger } from "../connection/database-logger.ts";
import { sql } from "../drizzle/sql.ts";
import { notify } from "../notify/notify.ts";
import { queueSchema, runQueuedChannel, runQueueName } from "./queue-settings.ts";
import { RunTaker } from "./run-taker.ts";

/** What a job of the queue says: look at this run. */
export interface RunJob {
  runId: string;
  workspaceId: string;
}

export interface TakeRunsOptions {
  /** Runs at once. */
  concurrency: number;
  /** Stops taking; the runs under way are waited for. */
  signal: AbortSignal;
  /**
   * Looks at one run. May be called more than once for the same run, at the same time even: the run's own state tells
   * what is left to do. A rejection hands the job out again after a wait that grows from 1 to 60 s.
   */
  onRun: (job: RunJob) => Promise<void>;
}

export interface RunQueue {
  /** Puts a run into the queue with the caller's transaction: if that is rolled back, nobody hears of the run. */
  enqueue(tx: Pick<Queries, "execute">, job: RunJob & { priority?: number }): Promise<void>;
  /** Takes runs until the signal ends, then resolves when the last `onRun` has. */
  takeRuns(options: TakeRunsOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * The queue of runs, on tables that `migrate` has made (pg-boss). The queue's maintenance (jobs of dead takers go to
 * others, remains are deleted) runs wherever runs are taken: without a taker nobody misses it, and several share it.
 *
 * @throws Error where the schema is not there yet; `waitForSchema` comes first.
 */
export async function createRunQueue({
  database,
  logger,
}: {
  database: Database;
  logger: DatabaseLogger;
}): Promise<RunQueue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.pool.query(text, values) },
    schema: queueSchema,
    migrate: false,
    schedule: false,
    // Done by those who take runs, see `RunTaker`.
    supervise: false,
    monitorIntervalSeconds: 5,
    maintenanceIntervalSeconds: 600,
  });
  boss.on("error", (error) => logger.warn({ err: error }, "the queue's housekeeping failed"));
  boss.on("warning", (warning) => logger.warn({ warning }, "the queue warns"));
  await boss.start();
  const takers = new Set<Promise<void>>();
  return {
    enqueue: (tx, job) => enqueue(boss, tx, job),
    takeRuns: (options) => {
      const taking = new RunTaker({ boss, notifications: database.notifications, logger, ...options }).run();
      takers.add(taking);
      return taking.finally(() => takers.delete(taking));
    },
    close: async () => {
      await Promise.allSettled(takers);
      await boss.stop({ graceful: false, close: false });
    },
  };
}

async function enqueue(
  boss: PgBoss,
  tx: Pick<Queries, "execute">,
  { runId, workspaceId, priority = 0 }: RunJob & { priority?: number },
): Promise<void> {
  const db: Db = fromDrizzle(tx as Parameters<typeof fromDrizzle>[0], sql);
  await boss.send(runQueueName, { runId, workspaceId } satisfies RunJob, { db, priority });
  await notify(tx, runQueuedChannel);
}
