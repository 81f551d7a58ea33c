import type { CallProgress } from "@noxus/contracts";
import { newestOnly, retry } from "@noxus/service";
import type { GraphNode } from "@noxus/workflow";
import { type PastNodeRun, type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { NodeRunRecord, RunJournal } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import type { NodeCall, NodeExecutor, NodeOutputs, RunIdentity } from "../nodes/node-call.ts";
import { timeoutOf } from "../nodes/node-timeout.ts";
import type { RunControl } from "../queue/run-control.ts";
import { attemptsLeft, hasNoCall, interruption, mayTryAgain } from "./another-attempt.ts";
import type { CallValues } from "./bind-node.ts";
import { waitInJournal } from "./journaled-wait.ts";
import { nodeTimeout, RunInterrupted, toRunError } from "./run-error.ts";

export interface NodeExecution {
  node: GraphNode;
  /** Under which the journal knows it: inside a sub-workflow with the way there before it. */
  journalId: string;
  /** Position in the list that the node is mapped over; empty where it is not. */
  item: string;
  /** One call of several, for which one row stands in the end. */
  isMapped: boolean;
  values: CallValues;
  execute: NodeExecutor;
  run: RunIdentity;
  journal: RunJournal;
  past: PastNodeRuns;
  control: RunControl;
  sql: Sql;
  readyAt: string;
  signal: AbortSignal;
}

/**
 * One call of one node, journaled, with as many attempts as its policy allows. What it depends on is committed before it
 * starts, unless it is without effects. What an earlier life of the run has finished is not called again.
 *
 * @throws what the last attempt throws, where the policy has no default to go on with; the journal has it by then.
 * RunInterrupted where the run stops meanwhile.
 */
export async function executeNode(execution: NodeExecution): Promise<NodeOutputs> {
  const past = pastOf(execution);
  if (past && finishedOutputs(past)) return past.outputs ?? {};
  // The nodes that a container holds are counted themselves.
  if (execution.node.registered.role === "container") return attemptAll(execution, past);
  return execution.control.node(() => attemptAll(execution, past));
}

function pastOf({ past, journalId, item }: NodeExecution): PastNodeRun | undefined {
  return past.get(pastKey(journalId, item));
}

async function attemptAll(execution: NodeExecution, past: PastNodeRun | undefined): Promise<NodeOutputs> {
  const { node, signal } = execution;
  const before = attemptsBefore(node, past);
  const attempts = attemptsLeft(node, past);
  const { backoff, max_backoff } = node.policy;
  try {
    const unsure = interruption(node, past);
    if (unsure) throw giveUp(execution, past?.attempt ?? 1, unsure);
    return await retry(
      (number) => countedAttempt(execution, { number: before + number, isLast: number === attempts }),
      {
        attempts,
        firstMs: Math.min(backoff, max_backoff) * 1000,
        capMs: max_backoff * 1000,
        retryIf: (error) => mayRetry(execution, error),
        signal,
      },
    );
  } catch (error) {
    const outputs = defaultOutputs(execution, error);
    if (outputs) return outputs;
    throw error;
  }
}

/** What a node gave in an earlier life of the run, its policy's default among it; undefined where it is to be called. */
export function finishedOutputs({ status, outputs }: PastNodeRun): NodeOutputs | undefined {
  if (status === "completed") return outputs ?? {};
  return status === "failed" && outputs !== null ? outputs : undefined;
}

function mayRetry({ node, signal }: NodeExecution, error: unknown): boolean {
  return !signal.aborted && !(error instanceof RunInterrupted) && mayTryAgain(node, toRunError(error));
}

function defaultOutputs({ node, signal }: NodeExecution, error: unknown): NodeOutputs | undefined {
  if (signal.aborted || error instanceof RunInterrupted) return undefined;
  return node.policy.on_error === "default" ? node.policy.default : undefined;
}

/** Attempts that are over; what waits, or holds nodes, goes on with the one that the run was taken from. */
function attemptsBefore({ registered }: GraphNode, past: PastNodeRun | undefined): number {
  if (!past) return 0;
  const goesOn = past.status === "waiting" || (past.status === "running" && hasNoCall(registered));
  return goesOn ? past.attempt - 1 : past.attempt;
}

function countedAttempt(execution: NodeExecution, which: Attempt): Promise<NodeOutputs> {
  if (execution.node.registered.role === "container") return attempt(execution, which);
  return execution.control.call(() => attempt(execution, which));
}

/** Journals a call that is not made. */
function giveUp(execution: NodeExecution, number: number, error: Error): Error {
  const record = startedRecord(execution, number);
  execution.journal.add({
    record: { ...record, ...failure(execution, error), finished_at: record.ready_at },
  });
  return error;
}

interface Attempt {
  number: number;
  isLast: boolean;
}

async function attempt(execution: NodeExecution, { number, isLast }: Attempt): Promise<NodeOutputs> {
  const { node, journal } = execution;
  const isJournaled = !node.registered.pure || !execution.isMapped;
  const record = startedRecord(execution, number);
  if (!node.registered.pure) {
    if (pastOf(execution)?.status !== "waiting") journal.add({ record });
    await journal.flush();
  }
  const started = performance.now();
  const ended = (part: Partial<NodeRunRecord>) => {
    const finished_at = new Date().toISOString();
    const call_ms = Math.round(performance.now() - started);
    const durable = !node.registered.pure;
    if (isJournaled) journal.add({ record: { ...record, ...part, finished_at, call_ms }, durable });
  };
  try {
    const outputs = await callWithin(execution, record);
    ended({ status: "completed", outputs });
    return outputs;
  } catch (error) {
    if (execution.signal.aborted) {
      if (!goesOnLater(execution)) ended({ status: "stopped" });
    } else if (isLast || !mayRetry(execution, error)) {
      if (!(error instanceof RunInterrupted)) ended(failure(execution, error));
    } else {
      ended({ status: "failed", error: toRunError(error, node) });
      journal.add({ event: retryingEvent(execution, number, error) });
    }
    throw error;
  }
}

/** What waits, or only holds other nodes, is not over when the run only leaves this worker. */
function goesOnLater({ node, signal }: NodeExecution): boolean {
  const { reason } = signal;
  const isEnd =
    !(reason instanceof RunInterrupted) || reason.kind === "cancelled" || reason.kind === "deadline";
  return hasNoCall(node.registered) && !isEnd;
}

/** The last failure, with the outputs with which the run goes on in spite of it. */
function failure(execution: NodeExecution, error: unknown): Partial<NodeRunRecord> & { status: "failed" } {
  const outputs = defaultOutputs(execution, error);
  return { status: "failed", error: toRunError(error, execution.node), ...(outputs && { outputs }) };
}

function retryingEvent({ node, journalId }: NodeExecution, number: number, error: unknown) {
  const data = {
    workflow_status: "running",
    node_id: journalId,
    node_name: node.title,
    node_type: node.type,
    node_status: "running",
    attempt: number,
    error: toRunError(error, node),
  };
  return { type: "node.retrying", data };
}

/** A node that tells of each of ten thousand steps fills no journal. */
const progressEveryMs = 1_000;

function progressEvent({ node, journalId, item }: NodeExecution, { fraction, message }: CallProgress) {
  const data = {
    workflow_status: "running",
    node_id: journalId,
    ...(item !== "" && { item }),
    node_name: node.title,
    node_type: node.type,
    node_status: "running",
    ...(fraction !== undefined && { fraction }),
    ...(message !== undefined && { message }),
  };
  return { type: "node.progress", data };
}

function startedRecord(execution: NodeExecution, attempt: number): NodeRunRecord {
  const { journalId, item, node, values, readyAt } = execution;
  const past = pastOf(execution);
  const startedAt = past?.attempt === attempt ? past.started_at : undefined;
  return {
    node_id: journalId,
    item,
    attempt,
    node_type: node.type,
    status: "running",
    inputs: values.inputs,
    ready_at: readyAt,
    started_at: (startedAt ?? new Date()).toISOString(),
  };
}

/** Calls the node within its time limit; a node that does not heed its signal does not hold the run. */
async function callWithin(execution: NodeExecution, record: NodeRunRecord): Promise<NodeOutputs> {
  const { node, journalId, item, values, execute, run } = execution;
  const { attempt } = record;
  using limit = limitOf(execution);
  using progress = newestOnly<CallProgress>(progressEveryMs, (told) =>
    execution.journal.add({ event: progressEvent(execution, told) }),
  );
  const place = item === "" ? journalId : `${journalId}[${item}]`;
  const call: NodeCall = {
    node,
    ...values,
    run,
    place,
    attempt,
    idempotencyKey: `${run.id}:${place}:${attempt}`,
    pause: limit.pause,
    wait: (wait) => waitInJournal({ ...execution, record, wait, signal: limit.signal }),
    noteRelease: (release) => {
      record.plugin_release = release;
      run.releases.add(release);
    },
    progress: progress.push,
    signal: limit.signal,
  };
  try {
    limit.signal.throwIfAborted();
    return await Promise.race([execute(call), limit.aborted]);
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  }
}

/** The end of one call: the node's deadline or the run's own signal. Freed with the call, of which there are many. */
function limitOf({ node, signal }: NodeExecution): Disposable & {
  signal: AbortSignal;
  aborted: Promise<never>;
  pause: NodeCall["pause"];
} {
  const controller = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const end = (reason: unknown) => {
    controller.abort(reason);
    reject(reason);
  };
  const timeoutMs = timeoutOf(node);
  const timer = stoppableTimer(timeoutMs, () => end(nodeTimeout(timeoutMs)));
  const onAbort = () => end(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const free = () => {
    timer.stop();
    signal.removeEventListener("abort", onAbort);
  };
  const pause: NodeCall["pause"] = async (wait) => {
    timer.stop();
    return wait().finally(() => {
      if (!controller.signal.aborted) timer.goOn();
    });
  };
  return { signal: controller.signal, aborted, pause, [Symbol.dispose]: free };
}

/** A timer that can stand still. */
function stoppableTimer(ms: number, onEnd: () => void): { stop: () => void; goOn: () => void } {
  let leftMs = ms;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const goOn = () => {
    since = performance.now();
    timer = setTimeout(onEnd, leftMs);
  };
  const stop = () => {
    clearTimeout(timer);
    leftMs = Math.max(0, leftMs - (performance.now() - since));
  };
  goOn();
  return { stop, goOn };
}
