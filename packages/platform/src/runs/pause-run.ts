import {
  endedStatuses,
  NoxusError,
  type RunStatus,
  runAskedChannel,
  runEventsChannel,
  runQueuedChannel,
} from "@noxus/contracts";
import { type Database, type Queries, type RunRow, runEvents, runs } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import { findRun, type RunAddress } from "./run-store.ts";

type Deps = Pick<Database, "db" | "hints">;

/**
 * Pauses a run: nothing of it is started any more, and it gives its worker back. What is under way ends and is kept; so a
 * run under way is paused a moment later.
 *
 * @throws NoxusError `run_not_pausable` where it has ended.
 */
export async function pauseRun({ db, hints }: Deps, address: RunAddress): Promise<void> {
  const status = await db.transaction(async (tx) => {
    const run = await lockRun(tx, address);
    if (endedStatuses.includes(run.status))
      throw new NoxusError("run_not_pausable", `The run has already ended: it is ${run.status}.`);
    if (run.status !== "paused") await setPaused(tx, run);
    return run.status;
  });
  hints.tell(status === "running" ? runAskedChannel : runEventsChannel, address.id);
}

async function setPaused(tx: Queries, { id, status }: RunRow): Promise<void> {
  const pauseRequestedAt = new Date();
  if (status === "running") await tx.update(runs).set({ pauseRequestedAt }).where(eq(runs.id, id));
  else {
    await tx.update(runs).set({ pauseRequestedAt, status: "paused" }).where(eq(runs.id, id));
    await addStatusEvent(tx, id, "run.paused", "paused");
  }
}

/**
 * Lets a paused run go on where it was.
 *
 * @throws NoxusError `run_not_pausable` where it is not paused, nor about to be.
 */
export async function resumeRun({ db, hints }: Deps, address: RunAddress): Promise<void> {
  await db.transaction(async (tx) => {
    const { id, status, pauseRequestedAt } = await lockRun(tx, address);
    if (!pauseRequestedAt || endedStatuses.includes(status))
      throw new NoxusError("run_not_pausable", `The run is not paused: it is ${status}.`);
    // One that is still on its way into the pause goes into the line by itself.
    const isPaused = status === "paused";
    const change = { pauseRequestedAt: null, ...(isPaused && { status: "queued" as const }) };
    await tx.update(runs).set(change).where(eq(runs.id, id));
    if (isPaused) await addStatusEvent(tx, id, "run.queued", "queued");
  });
  hints.tell(runQueuedChannel);
  hints.tell(runEventsChannel, address.id);
}

/**
 * The run, held until the transaction's end: its worker's statements wait for it.
 *
 * @throws NoxusError `not_found`.
 */
export async function lockRun(tx: Queries, address: RunAddress): Promise<RunRow> {
  const { id } = await findRun(tx, address);
  const [run] = await tx.select().from(runs).where(eq(runs.id, id)).for("update");
  return run ?? findRun(tx, address);
}

/** An event of a change that no worker makes. */
export async function addStatusEvent(
  tx: Queries,
  runId: string,
  type: string,
  status: RunStatus,
): Promise<void> {
  await tx.insert(runEvents).values({ runId, type, data: { workflow_status: status } });
}
