import { retry } from "@noxus/service";
import type { GraphNode } from "@noxus/workflow";
import { type PastNodeRun, type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { NodeRunRecord, RunJournal } from "../journal/run-journal.ts";
import type { NodeCall, NodeExecutor, NodeOutputs, RunIdentity } from "../nodes/node-call.ts";
import { timeoutOf } from "../nodes/node-timeout.ts";
import { attemptsLeft, interruption, mayTryAgain } from "./another-attempt.ts";
import type { CallValues } from "./bind-node.ts";
import { nodeTimeout, RunInterrupted, toRunError } from "./run-error.ts";

export interface NodeExecution {
  node: GraphNode;
  /** Under which the journal knows it: inside a sub-workflow with the way there before it. */
  journalId: string;
  /** Position in the list that the node is mapped over; empty where it is not. */
  item: string;
  values: CallValues;
  execute: NodeExecutor;
  run: RunIdentity;
  journal: RunJournal;
  past: PastNodeRuns;
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
  const { node, item, signal } = execution;
  const past = execution.past.get(pastKey(execution.journalId, item));
  if (past && finishedOutputs(past)) return past.outputs ?? {};
  const attempts = attemptsLeft(node, past);
  const { backoff, max_backoff } = node.policy;
  try {
    const unsure = interruption(node, past);
    if (unsure) throw giveUp(execution, past?.attempt ?? 1, unsure);
    return await retry(
      (number) => attempt(execution, { number: (past?.attempt ?? 0) + number, isLast: number === attempts }),
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

/** Journals a call that is not made. */
function giveUp(execution: NodeExecution, number: number, error: Error): Error {
  const record = startedRecord(execution, number);
  execution.journal.add({
    record: { ...record, ...failure(execution, error), finished_at: record.ready_at },
  });
  return error;
}

async function attempt(
  execution: NodeExecution,
  { number, isLast }: { number: number; isLast: boolean },
): Promise<NodeOutputs> {
  const { node, journal, item } = execution;
  const isJournaled = !node.registered.pure || item === "";
  const record = startedRecord(execution, number);
  if (!node.registered.pure) {
    journal.add({ record });
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
    const outputs = await callWithin(execution, number);
    ended({ status: "completed", outputs });
    return outputs;
  } catch (error) {
    if (execution.signal.aborted) ended({ status: "stopped" });
    else if (isLast || !mayRetry(execution, error)) {
      if (!(error instanceof RunInterrupted)) ended(failure(execution, error));
    } else {
      ended({ status: "failed", error: toRunError(error, node) });
      journal.add({ event: retryingEvent(execution, number, error) });
    }
    throw error;
  }
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

function startedRecord(
  { journalId, item, node, values, readyAt }: NodeExecution,
  attempt: number,
): NodeRunRecord {
  return {
    node_id: journalId,
    item,
    attempt,
    node_type: node.type,
    status: "running",
    inputs: values.inputs,
    ready_at: readyAt,
    started_at: new Date().toISOString(),
  };
}

/** Calls the node within its time limit; a node that does not heed its signal does not hold the run. */
async function callWithin(execution: NodeExecution, attempt: number): Promise<NodeOutputs> {
  const { node, journalId, item, values, execute, run } = execution;
  using limit = limitOf(execution);
  const place = item === "" ? journalId : `${journalId}[${item}]`;
  const call: NodeCall = {
    node,
    ...values,
    run,
    place,
    attempt,
    idempotencyKey: `${run.id}:${place}:${attempt}`,
    pause: limit.pause,
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
