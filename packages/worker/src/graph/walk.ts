import { ON_ERROR } from "@noxus/contracts";
import { type Graph, type GraphNode, labelOf, type RunInputs } from "@noxus/workflow";
import { type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { RunJournal } from "../journal/run-journal.ts";
import type { NodeExecutor, NodeOutputs, RunIdentity } from "../nodes/node-call.ts";
import { isLastFailure } from "./another-attempt.ts";
import { type Bound, bindNode, type CallValues } from "./bind-node.ts";
import { type EndedNode, outputsIn } from "./ended-node.ts";
import { forEachItem } from "./for-each-item.ts";
import { gatherItems } from "./gather-items.ts";
import { executeNode, finishedOutputs } from "./node-execution.ts";
import { RunInterrupted, toRunError } from "./run-error.ts";

export interface WalkOptions {
  graph: Graph;
  inputs: RunInputs;
  run: RunIdentity;
  journal: RunJournal;
  /** What an earlier life of the run has done. */
  past: PastNodeRuns;
  executorOf: (node: GraphNode) => NodeExecutor;
  /** Before node ids in the journal: the way from the run to this sub-workflow; empty for the run itself. */
  prefix: string;
  /** Items of one list at once. */
  itemConcurrency: number;
  /** Stops the walk at once; the reason is a `RunInterrupted`. */
  signal: AbortSignal;
}

/**
 * Walks a graph: each node as soon as all that it depends on has ended, branches side by side. The first failure that no
 * `on_error` takes ends the walk; what runs beside it is cancelled.
 */
export class Walk {
  readonly #options: WalkOptions;
  readonly #ended = new Map<string, EndedNode>();
  readonly #waitingFor = new Map<string, number>();
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
    for (const { id, arrows } of options.graph.nodes.values())
      this.#waitingFor.set(id, new Set(arrows.map(({ from }) => from)).size);
  }

  /**
   * The values of the output nodes by their labels.
   *
   * @throws what the failed node threw, with `nodeId`; RunInterrupted.
   */
  async run(): Promise<Record<string, unknown>> {
    const first = [...this.#options.graph.nodes.values()].filter(({ id }) => this.#waitingFor.get(id) === 0);
    await this.#visitAll(first);
    return this.#outputs();
  }

  /** Resolves when these nodes and all that follows them have ended. The first failure is the one reported. */
  async #visitAll(nodes: readonly GraphNode[]): Promise<void> {
    const visits = await Promise.allSettled(nodes.map((node) => this.#visit(node)));
    if (this.#options.signal.aborted) throw this.#options.signal.reason;
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
    for (const visit of visits) if (visit.status === "rejected") throw visit.reason;
  }

  async #visit(node: GraphNode): Promise<void> {
    this.#signal.throwIfAborted();
    const ended = await this.#execute(node).catch((error) => this.#takeFailure(node, error));
    this.#ended.set(node.id, ended);
    this.#options.journal.add({ event: this.#event(node, ended), ...this.#progress() });
    const dependents = this.#options.graph.dependents.get(node.id) ?? [];
    await this.#visitAll(dependents.filter((id) => this.#isReady(id)).map((id) => this.#node(id)));
  }

  /** True for the last of the nodes that it waits for. */
  #isReady(id: string): boolean {
    const left = (this.#waitingFor.get(id) ?? 0) - 1;
    this.#waitingFor.set(id, left);
    return left === 0;
  }

  #node(id: string): GraphNode {
    const node = this.#options.graph.nodes.get(id);
    if (!node) throw new Error(`The graph has no node "${id}".`);
    return node;
  }

  async #execute(node: GraphNode): Promise<EndedNode> {
    const readyAt = new Date().toISOString();
    const past = this.#past(node);
    if (past) return past;
    const bound = bindNode({ node, ended: this.#ended, overrides: this.#overridesOf(node) });
    if (bound.kind === "skipped") return this.#skip(node, readyAt);
    const outputs = await this.#call(node, bound, readyAt);
    return { status: "completed", outputs };
  }

  /** How the node ended in an earlier life of the run. A failure that ended that life does not count: it is tried again. */
  #past(node: GraphNode): EndedNode | undefined {
    const past = this.#options.past.get(pastKey(this.#journalId(node), ""));
    if (!past) return undefined;
    const outputs = finishedOutputs(past);
    if (outputs) return { status: "completed", outputs };
    if (past.status === "skipped") return { status: "skipped" };
    if (node.catchesErrors && isLastFailure(node, past))
      return { status: "failed", outputs: { [ON_ERROR]: past.error } };
    return undefined;
  }

  #call(node: GraphNode, bound: Exclude<Bound, { kind: "skipped" }>, readyAt: string): Promise<NodeOutputs> {
    if (bound.kind === "single") return this.#callOnce(node, { values: bound.call, item: "", readyAt });
    return this.#callEach(node, bound, readyAt);
  }

  #callOnce(
    node: GraphNode,
    call: { values: CallValues; item: string; readyAt: string },
  ): Promise<NodeOutputs> {
    const { executorOf, run, journal, past, inputs } = this.#options;
    const isInput = node.registered.role === "input";
    const config = isInput ? { ...call.values.config, value: inputs.values[node.id] } : call.values.config;
    return executeNode({
      ...call,
      values: { ...call.values, config },
      node,
      journalId: this.#journalId(node),
      execute: executorOf(node),
      run,
      journal,
      past,
      signal: this.#signal,
    });
  }

  /** One call for each item, then one row that stands for all of them. */
  async #callEach(
    node: GraphNode,
    { calls, whole }: Extract<Bound, { kind: "mapped" }>,
    readyAt: string,
  ): Promise<NodeOutputs> {
    const startedAt = new Date().toISOString();
    const items = await forEachItem(calls, this.#options.itemConcurrency, (values, index) =>
      this.#callOnce(node, { values, item: String(index), readyAt }),
    );
    const outputs = gatherItems(node, items);
    this.#options.journal.add({
      record: {
        ...this.#record(node, readyAt),
        status: "completed",
        inputs: whole.inputs,
        outputs,
        started_at: startedAt,
        finished_at: new Date().toISOString(),
      },
    });
    return outputs;
  }

  #skip(node: GraphNode, readyAt: string): EndedNode {
    const record = { ...this.#record(node, readyAt), status: "skipped" as const, finished_at: readyAt };
    this.#options.journal.add({ record });
    return { status: "skipped" };
  }

  /** A failure goes where `on_error` leads, or ends the walk. */
  #takeFailure(node: GraphNode, error: unknown): EndedNode {
    if (this.#signal.aborted) throw error;
    if (error instanceof RunInterrupted) {
      this.#failed.abort(error);
      throw error;
    }
    const failure = toRunError(error, node);
    if (node.catchesErrors) return { status: "failed", outputs: { [ON_ERROR]: failure } };
    this.#options.journal.add({
      event: this.#event(node, { status: "failed", outputs: { [ON_ERROR]: failure } }),
    });
    this.#failed.abort(error instanceof WalkFailure ? error : new WalkFailure(failure, error));
    throw this.#failed.signal.reason;
  }

  #outputs(): Record<string, unknown> {
    const outputsOf = outputsIn(this.#ended);
    const outputs: Record<string, unknown> = {};
    for (const node of this.#options.graph.nodes.values()) {
      const own = node.registered.role === "output" ? outputsOf(node.id) : undefined;
      if (own) outputs[freeName(labelOf(node), outputs)] = own.value;
    }
    return outputs;
  }

  #overridesOf(node: GraphNode): Record<string, unknown> {
    const start = `${node.id}::`;
    return Object.fromEntries(
      Object.entries(this.#options.inputs.overrides)
        .filter(([key]) => key.startsWith(start))
        .map(([key, value]) => [key.slice(start.length), value]),
    );
  }

  #record(node: GraphNode, readyAt: string) {
    return {
      node_id: this.#journalId(node),
      item: "",
      attempt: (this.#options.past.get(pastKey(this.#journalId(node), ""))?.attempt ?? 0) + 1,
      node_type: node.type,
      ready_at: readyAt,
    };
  }

  #journalId(node: GraphNode): string {
    return this.#options.prefix + node.id;
  }

  #event(node: GraphNode, ended: EndedNode) {
    const error = ended.status === "failed" ? { error: ended.outputs[ON_ERROR] } : {};
    const data = {
      workflow_status: "running",
      node_id: this.#journalId(node),
      node_name: node.title,
      node_type: node.type,
      node_status: ended.status,
      ...this.#progress(),
      ...error,
    };
    return { type: `node.${ended.status}`, data };
  }

  /** A sub-workflow counts as the one node that it is. */
  #progress(): { progress?: number } {
    if (this.#options.prefix !== "") return {};
    return { progress: Math.floor((100 * this.#ended.size) / this.#options.graph.nodes.size) };
  }
}

/** The failure that ended a walk: the first one, as the run keeps it. */
export class WalkFailure extends Error {
  override readonly name = "WalkFailure";
  readonly failure: ReturnType<typeof toRunError>;

  constructor(failure: ReturnType<typeof toRunError>, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** Two output nodes of one label: both are kept. */
function freeName(label: string, taken: Record<string, unknown>): string {
  for (let number = 2, name = label; ; number++) {
    if (!Object.hasOwn(taken, name)) return name;
    name = `${label} ${number}`;
  }
}
