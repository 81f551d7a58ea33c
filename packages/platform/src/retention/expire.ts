import { setTimeout as delay } from "node:timers/promises";
import { sql } from "@noxus/database/sql";
import type { PlatformDependencies } from "../http/dependencies.ts";

type Deps = Pick<PlatformDependencies, "database" | "environment" | "fileStore" | "logger">;

/** Policies speak of days. */
const lookEveryMs = 10 * 60_000;
/** Rows of one statement: a few milliseconds of work, so that nothing waits for it. */
const batchSize = 500;
/** Between two batches: what people wait for comes first. */
const pauseMs = 50;

/** Deletes what is older than the policy says, in the background, until the signal ends. Several platforms share the work. */
export async function expireForEver(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await expire(deps, signal).catch((error: unknown) => {
      if (!signal.aborted)
        deps.logger.warn({ err: error }, "what has expired could not be deleted; trying again");
    });
    await delay(lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Deletes everything that has expired by now; how many of each. */
export async function expire(deps: Deps, signal: AbortSignal): Promise<Record<string, number>> {
  const { NOXUS_KEEP_RUNS_DAYS: runs, NOXUS_KEEP_RUN_EVENTS_DAYS: events } = deps.environment;
  const { NOXUS_KEEP_MADE_FILES_DAYS: files } = deps.environment;
  const deleted = {
    runs: await inBatches(runs, (days) => expireRuns(deps, days), signal),
    triggerEvents: await inBatches(runs, (days) => expireTriggerEvents(deps, days), signal),
    runEvents: await inBatches(events, (days) => expireRunEvents(deps, days), signal),
    files: await inBatches(files, (days) => expireFiles(deps, days), signal),
  };
  if (Object.values(deleted).some((count) => count > 0))
    deps.logger.info(deleted, "deleted what has expired");
  return deleted;
}

async function inBatches(
  days: number,
  work: (days: number) => Promise<number>,
  signal: AbortSignal,
): Promise<number> {
  let total = 0;
  while (days > 0 && !signal.aborted) {
    const count = await work(days);
    total += count;
    if (count < batchSize) break;
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
  return total;
}

/** With their journals and events. */
async function expireRuns({ database: { db } }: Deps, days: number): Promise<number> {
  const { rowCount } = await db.execute(sql`delete from runs where id in (
    select id from runs where finished_at < now() - ${days}::int * interval '1 day'
    order by finished_at limit ${batchSize} for update skip locked)`);
  return rowCount ?? 0;
}

async function expireTriggerEvents({ database: { db } }: Deps, days: number): Promise<number> {
  const { rowCount } = await db.execute(sql`delete from trigger_events where id in (
    select id from trigger_events where at < now() - ${days}::int * interval '1 day'
    order by at limit ${batchSize} for update skip locked)`);
  return rowCount ?? 0;
}

/** Of runs that have ended. How a run began and ended stays: whoever follows it still sees its end. */
async function expireRunEvents({ database: { db } }: Deps, days: number): Promise<number> {
  const { rowCount } = await db.execute(sql`delete from run_events where id in (
    select e.id from run_events e join runs on runs.id = e.run_id
    where e.at < now() - ${days}::int * interval '1 day' and e.type like 'node.%' and runs.finished_at is not null
    order by e.id limit ${batchSize} for update of e skip locked)`);
  return rowCount ?? 0;
}

/** The content first: a record without one is found again, a content without a record never. */
async function expireFiles({ database: { db }, fileStore }: Deps, days: number): Promise<number> {
  const { rows } = await db.execute<{ id: string; storage_key: string }>(sql`
    select id, storage_key from files where made_by_plugin and created_at < now() - ${days}::int * interval '1 day'
    order by created_at limit ${batchSize}`);
  for (const { storage_key } of rows) await fileStore.remove(storage_key);
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await db.execute(sql`delete from files where id = any(${sql.param(ids)}::uuid[])`);
  return rows.length;
}
