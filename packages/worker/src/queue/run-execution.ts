import { isNoxusError, runEventsChannel } from "@noxus/contracts";
import type { Hints } from "@noxus/database";
import type { Logger } from "@noxus/service";
import { RunInterrupted, runDeadlineExceeded, toRunError } from "../graph/run-error.ts";
import { walkRun } from "../graph/run-walk.ts";
import { WalkFailure } from "../graph/walk.ts";
import { LargeValues } from "../journal/large-values.ts";
import { loadPastNodeRuns, loadToldNodes, type PastNodeRuns } from "../journal/past-node-runs.ts";
import { type JournalLimits, type RunEnd, RunJournal, type RunRest } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";
import type { PluginRegistry } from "../registry/plugin-registry.ts";
import type { LeasedRun, Leases } from "./leases.ts";
import type { RunControl } from "./run-control.ts";

export interface ExecutionParts {
  sql: Sql;
  hints: Hints;
  leases: Leases;
  registry: PluginRegistry;
  builtIns: ReadonlyMap<string, NodeExecutor>;
  remote: NodeExecutor;
  itemConcurrency: number;
  limits: JournalLimits;
  logger: Logger;
}

/**
 * Executes a leased run to its end, which is written with everything before it.
 *
 * @returns how it ended, or that it waits or is paused and has given its lease back.
 * @throws RunInterrupted where the run goes on elsewhere; what was finished here is in the journal, unless the lease was lost.
 */
export async function executeRun(
  run: LeasedRun,
  parts: ExecutionParts,
  control: RunControl,
): Promise<RunEnd | RunRest> {
  const { sql, hints, leases } = parts;
  const { owner, leaseMs } = leases;
  const journal = new RunJournal({
    pool: sql,
    runId: run.id,
    epoch: run.epoch,
    owner,
    leaseMs,
    progress: run.progress,
    seq: run.journal_seq,
    large: new LargeValues(sql, run.id),
    limits: parts.limits,
    onCommit: () => hints.tell(runEventsChannel, run.id),
    onPauseRequested: () => control.pause(),
  });
  try {
    const type = run.epoch === 1 ? "run.started" : "run.resumed";
    journal.add({ event: { type, data: { workflow_status: "running", epoch: run.epoch } } });
    using _deadline = interruptAtDeadline(run, control);
    const end = await walkToEnd(run, journal, parts, control);
    if (isRest(end)) await journal.rest(end, restEvent(end));
    else await journal.end(end, endEvent(end));
    return end;
  } catch (error) {
    if (error instanceof RunInterrupted && error.kind === "handed_over") await journal.flush();
    throw error;
  } finally {
    journal.close();
  }
}

function endEvent({ status, error }: RunEnd) {
  const progress = status === "completed" ? { progress: 100 } : {};
  return { type: `run.${status}`, data: { workflow_status: status, ...progress, ...(error && { error }) } };
}

function restEvent({ status, wakeAt }: RunRest) {
  const type = status === "paused" ? "run.paused" : "run.waiting";
  return { type, data: { workflow_status: status, ...(wakeAt && { wake_at: wakeAt }) } };
}

/** Whether the run goes on later. */
export function isRest(end: RunEnd | RunRest): end is RunRest {
  const { status } = end;
  return status === "waiting" || status === "awaiting_human_feedback" || status === "paused";
}

/** A deadline further away than a timer can be is looked at by whoever takes the run next. */
function interruptAtDeadline({ deadline_in_ms }: LeasedRun, control: RunControl): Disposable {
  const leftMs = deadline_in_ms ?? Number.POSITIVE_INFINITY;
  const timer =
    leftMs > 2_147_483_647 ? undefined : setTimeout(() => control.interrupt("deadline"), Math.max(0, leftMs));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

async function walkToEnd(
  run: LeasedRun,
  journal: RunJournal,
  parts: ExecutionParts,
  control: RunControl,
): Promise<RunEnd | RunRest> {
  try {
    refuseAtOnce(run, control);
    const { past, told } = await loadEarlierLives(run, parts.sql, journal);
    const context = {
      run,
      journal,
      past,
      told,
      releases: releasesIn(past),
      parts,
      control,
      prefix: "",
      depth: 0,
      signal: control.signal,
    };
    return { status: "completed", output: await walkRun(context) };
  } catch (error) {
    if (error instanceof WalkFailure) return { status: "failed", error: error.failure };
    if (error instanceof RunInterrupted) return afterInterruption(error, run, control);
    if (isNoxusError(error)) return { status: "failed", error: toRunError(error) };
    throw error;
  }
}

function releasesIn(past: PastNodeRuns): Set<string> {
  return new Set([...past.values()].flatMap(({ plugin_release }) => plugin_release ?? []));
}

/** What was asked of the run while nobody had it. */
function refuseAtOnce(
  { cancel_requested, pause_requested, deadline_in_ms }: LeasedRun,
  control: RunControl,
): void {
  if (cancel_requested) control.interrupt("cancelled");
  else if (deadline_in_ms !== null && deadline_in_ms <= 0) control.interrupt("deadline");
  else if (pause_requested) control.interrupt("paused");
  control.signal.throwIfAborted();
}

async function loadEarlierLives({ id, epoch, restarted_from }: LeasedRun, sql: Sql, { large }: RunJournal) {
  if (epoch === 1 && !restarted_from) return { past: new Map(), told: new Set<string>() };
  const [past, told] = await Promise.all([loadPastNodeRuns(sql, id, large), loadToldNodes(sql, id)]);
  return { past, told };
}

function afterInterruption(error: RunInterrupted, run: LeasedRun, control: RunControl): RunEnd | RunRest {
  switch (error.kind) {
    case "cancelled":
      return { status: "stopped" };
    case "deadline":
      return {
        status: "failed",
        error: toRunError(runDeadlineExceeded(run.deadline_at?.toISOString() ?? "")),
      };
    case "paused":
      return { status: "paused" };
    case "suspended":
      return control.suspension;
    default:
      throw error;
  }
}
