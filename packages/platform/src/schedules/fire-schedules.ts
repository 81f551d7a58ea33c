import { runQueuedChannel } from "@noxus/contracts";
import { type Queries, workflowTriggers } from "@noxus/database";
import { and, asc, eq, lte } from "@noxus/database/sql";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { fireTrigger } from "../triggers/fire-trigger.ts";
import { parseTrigger } from "../triggers/trigger-definition.ts";
import type { TriggerRow } from "../triggers/trigger-store.ts";
import { nextOccurrence, occurrencesToStart } from "./occurrences.ts";

type Deps = Pick<PlatformDependencies, "database" | "registry">;

/**
 * Starts what is due, one schedule a transaction: its runs, and the time at which it is due next, or nothing of it. The
 * lock of its row is what keeps several platforms from starting it twice.
 *
 * @returns how many schedules were due.
 */
export async function fireSchedules(
  deps: Deps,
  signal: AbortSignal,
  now = () => new Date(),
): Promise<number> {
  let count = 0;
  while (!signal.aborted && (await deps.database.db.transaction((tx) => fireOne(tx, deps, now()))))
    count += 1;
  if (count > 0) deps.database.hints.tell(runQueuedChannel);
  return count;
}

async function fireOne(tx: Queries, deps: Deps, now: Date): Promise<boolean> {
  const due = and(
    eq(workflowTriggers.kind, "schedule"),
    eq(workflowTriggers.enabled, true),
    lte(workflowTriggers.nextAt, now),
  );
  const [trigger] = await tx
    .select()
    .from(workflowTriggers)
    .where(due)
    .orderBy(asc(workflowTriggers.nextAt))
    .limit(1)
    .for("update", { skipLocked: true });
  if (!trigger) return false;
  await fireOccurrences(tx, trigger, { deps, now });
  return true;
}

async function fireOccurrences(
  tx: Queries,
  trigger: TriggerRow,
  { deps, now }: { deps: Deps; now: Date },
): Promise<void> {
  const { kind, definition } = parseTrigger(trigger.definition);
  if (kind !== "schedule" || !trigger.nextAt) throw new Error(`The trigger ${trigger.id} is no schedule.`);
  const schedule = { ...definition, maxMissed: definition.max_missed };
  for (const time of occurrencesToStart(schedule, { due: trigger.nextAt, now })) {
    const scheduled_at = time.toISOString();
    await fireTrigger(tx, trigger, { type: "schedule.due", key: scheduled_at, data: { scheduled_at } }, deps);
  }
  const nextAt = nextOccurrence(definition, now);
  await tx.update(workflowTriggers).set({ nextAt }).where(eq(workflowTriggers.id, trigger.id));
}
