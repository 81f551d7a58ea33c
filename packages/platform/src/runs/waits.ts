import {
  endedStatuses,
  NoxusError,
  runAskedChannel,
  runEventsChannel,
  runQueuedChannel,
} from "@noxus/contracts";
import { type Database, type NodeRunRow, nodeRuns, type Queries, runs, storableJson } from "@noxus/database";
import { and, asc, eq } from "@noxus/database/sql";
import { addStatusEvent, lockRun } from "./pause-run.ts";
import type { RunAddress } from "./run-store.ts";

/** One node run that waits. */
export interface WaitAddress extends RunAddress {
  nodeId: string;
  /** Of a list that is mapped over the node, or the turn of a loop; empty otherwise. */
  item: string;
}

/** What comes for a node that waits, made from the inputs that it has. */
export interface Arrival {
  kind: "approval" | "webhook";
  outputs: (inputs: Record<string, unknown>) => Record<string, unknown>;
}

/** What the nodes of a run wait for now, the oldest first. */
export function listWaits(db: Pick<Queries, "select">, runId: string): Promise<NodeRunRow[]> {
  return db
    .select()
    .from(nodeRuns)
    .where(and(eq(nodeRuns.runId, runId), eq(nodeRuns.status, "waiting")))
    .orderBy(asc(nodeRuns.startedAt));
}

/**
 * Writes into the journal what a node has waited for, once, and lets the run go on: with its next worker, or with the one
 * that it still has.
 *
 * @throws NoxusError `not_found` for the run; `wait_not_open` where the node does not wait for this.
 */
export async function arrive(
  { db, hints }: Pick<Database, "db" | "hints">,
  address: WaitAddress,
  { kind, outputs }: Arrival,
): Promise<void> {
  await db.transaction(async (tx) => {
    // The run before its node runs, as its worker takes them: otherwise the two could wait for each other.
    const run = await lockRun(tx, address);
    const row = await findWait(tx, address);
    const isEnded = endedStatuses.includes(run.status);
    if (isEnded || row?.status !== "waiting" || row.wait?.kind !== kind || isOver(row))
      throw notOpen(address, isEnded ? `the run is ${run.status}` : describe(row, kind));
    const end = {
      status: "completed" as const,
      outputs: storableJson(outputs(row.inputs ?? {})),
      wait: null,
    };
    await tx
      .update(nodeRuns)
      .set({ ...end, finishedAt: new Date() })
      .where(keyOf(row));
    const isResting = run.status === "waiting" || run.status === "awaiting_human_feedback";
    const change = isResting ? { status: "queued" as const } : { wakeRequested: run.status === "running" };
    await tx.update(runs).set(change).where(eq(runs.id, run.id));
    if (isResting) await addStatusEvent(tx, run.id, "run.queued", "queued");
  });
  hints.tell(runQueuedChannel);
  hints.tell(runAskedChannel, address.id);
  hints.tell(runEventsChannel, address.id);
}

/** The node's last attempt. */
async function findWait(tx: Queries, { id, nodeId, item }: WaitAddress): Promise<NodeRunRow | undefined> {
  const own = and(eq(nodeRuns.runId, id), eq(nodeRuns.nodeId, nodeId), eq(nodeRuns.item, item));
  const rows = await tx.select().from(nodeRuns).where(own).orderBy(asc(nodeRuns.attempt)).for("update");
  return rows.at(-1);
}

function keyOf({ runId, nodeId, item, attempt }: NodeRunRow) {
  return and(
    eq(nodeRuns.runId, runId),
    eq(nodeRuns.nodeId, nodeId),
    eq(nodeRuns.item, item),
    eq(nodeRuns.attempt, attempt),
  );
}

/** Its worker has perhaps not seen yet that the time is over; it decides by the same clock. */
function isOver({ wait }: NodeRunRow): boolean {
  return wait?.until !== undefined && Date.parse(wait.until) <= Date.now();
}

function describe(row: NodeRunRow | undefined, kind: string): string {
  if (!row) return "the run has not come to it, or has no such node";
  if (row.status !== "waiting") return `it is ${row.status}`;
  return row.wait?.kind === kind ? "its time is over" : `it waits for a ${row.wait?.kind ?? "turn"}`;
}

function notOpen({ id, nodeId }: WaitAddress, why: string): NoxusError {
  return new NoxusError(
    "wait_not_open",
    `Node "${nodeId}" does not wait for this: ${why}. GET /v1/runs/${id}/waits lists what the run waits for.`,
  );
}
