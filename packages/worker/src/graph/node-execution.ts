import { DEFAULT_NODE_TIMEOUT_S } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";
import { type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { NodeRunRecord, RunJournal } from "../journal/run-journal.ts";
import type { NodeCall, NodeExecutor, NodeOutputs, RunIdentity } from "../nodes/node-call.ts";
import type { CallValues } from "./bind-node.ts";
import { nodeTimeout, toRunError } from "./run-error.ts";

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
 * One call of one node, journaled: what it depends on is committed before it starts, unless it is without effects. What
 * an earlier life of the run has finished is not called again.
 *
 * @throws what the node throws; the journal has it by then. RunInterrupted where the run stops meanwhile.
 */
export async function executeNode(execution: NodeExecution): Promise<NodeOutputs> {
  const { node, journal, item } = execution;
  const past = execution.past.get(pastKey(execution.journalId, item));
  if (past?.status === "completed" && past.outputs) return past.outputs;
  const isJournaled = !node.registered.pure || item === "";
  const record = startedRecord(execution, (past?.attempt ?? 0) + 1);
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
    const outputs = await callWithin(execution, record.attempt);
    ended({ status: "completed", outputs });
    return outputs;
  } catch (error) {
    if (execution.signal.aborted) ended({ status: "stopped" });
    else ended({ status: "failed", error: toRunError(error, node) });
    throw error;
  }
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
    idempotencyKey: `${run.id}:${place}:${attempt}`,
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
function limitOf({
  node,
  signal,
}: NodeExecution): Disposable & { signal: AbortSignal; aborted: Promise<never> } {
  const controller = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const end = (reason: unknown) => {
    controller.abort(reason);
    reject(reason);
  };
  const timeoutMs = timeoutOf(node);
  const timer = setTimeout(() => end(nodeTimeout(timeoutMs)), timeoutMs);
  const onAbort = () => end(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const free = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  };
  return { signal: controller.signal, aborted, [Symbol.dispose]: free };
}

/** Timers of Node hold 2^31 - 1 ms at most: more would end at once. */
const longestTimeoutMs = 2_147_483_647;

function timeoutOf({ registered }: GraphNode): number {
  const seconds = registered.definition.max_timeout ?? DEFAULT_NODE_TIMEOUT_S;
  return Math.min(longestTimeoutMs, Math.max(1, Math.round(seconds * 1000)));
}
