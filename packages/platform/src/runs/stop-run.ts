import {
  endedStatuses,
  NoxusError,
  type RunStatus,
  runCancelChannel,
  runEventsChannel,
} from "@noxus/contracts";
import { type Database, nodeRuns, runEvents, runs } from "@noxus/database";
import { and, eq, inArray, sql } from "@noxus/database/sql";
import { findRun, type RunAddress } from "./run-store.ts";

const withoutWorker: readonly RunStatus[] = ["queued", "waiting", "awaiting_human_feedback", "paused"];

/**
 * Stops a run: one that no worker has at once, one under way by its worker, which is told.
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
    const queued = and(eq(runs.id, id), inArray(runs.status, [...withoutWorker]));
    const ended = { status: "stopped" as const, finishedAt: sql`now()`, cancelRequestedAt: sql`now()` };
    const stopped = await tx.update(runs).set(ended).where(queued).returning({ id: runs.id });
    if (stopped.length === 0) {
      await tx.update(runs).set({ cancelRequestedAt: sql`now()` }).where(eq(runs.id, id));
      return false;
    }
    await tx
      .update(nodeRuns)
      .set({ status: "stopped", finishedAt: sql`now()` })
      .where(and(eq(nodeRuns.runId, id), eq(nodeRuns.status, "waiting")));
    const event = { runId: id, type: "run.stopped", data: { workflow_status: "stopped" } };
    await tx.insert(runEvents).values(event);
    return true;
  });
  hints.tell(wasWaiting ? runEventsChannel : runCancelChannel, id);
}
