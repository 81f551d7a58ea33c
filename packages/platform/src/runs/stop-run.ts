import { endedStatuses, NoxusError, runCancelChannel, runEventsChannel } from "@noxus/contracts";
import { type Database, runEvents, runs } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import { findRun, type RunAddress } from "./run-store.ts";

/**
 * Stops a run: one that waits in the queue at once, one under way by its worker, which is told.
 *
 * @throws NoxusError `run_not_cancellable` where the run has ended.
 */
export async function stopRun(
  { db, hints }: Pick<Database, "db" | "hints">,
  address: RunAddress,
): Promise<void> {
  const { id, status } = await findRun(db, address);
  if (endedStatuses.includes(status))
    throw new NoxusError("run_not_cancellable", `The run has already ended: it is ${status}.`);
  const wasWaiting = await db.transaction(async (tx) => {
    const queued = and(eq(runs.id, id), eq(runs.status, "queued"));
    const ended = { status: "stopped" as const, finishedAt: sql`now()`, cancelRequestedAt: sql`now()` };
    const stopped = await tx.update(runs).set(ended).where(queued).returning({ id: runs.id });
    if (stopped.length === 0) {
      await tx.update(runs).set({ cancelRequestedAt: sql`now()` }).where(eq(runs.id, id));
      return false;
    }
    const event = { runId: id, type: "run.stopped", data: { workflow_status: "stopped" } };
    await tx.insert(runEvents).values(event);
    return true;
  });
  hints.tell(wasWaiting ? runEventsChannel : runCancelChannel, id);
}
