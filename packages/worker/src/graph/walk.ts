import { ON_ERROR } from "@noxus/contracts";
import { type Graph, type GraphNode, labelOf, type RunInputs } from "@noxus/workflow";
import { eventKey, type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { RunJournal } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import type { NodeExecutor, NodeOutputs, RunIdentity } from "../nodes/node-call.ts";
import type { RunControl } from "../queue/run-control.ts";
import { isLastFailure } from "./another-attempt.ts";
import { type Bound, bindNode, type CallValues } from "./bind-node.ts";
import { type EndedNode, type EndedNodes, outputsIn } from "./ended-node.ts";
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
  /** Nodes whose end the run's events tell already, as `eventKey`. */
  told: ReadonlySet<string>;
  control: RunControl;
  sql: Sql;
  /** Gets what has ended around the node: that is what the nodes inside a loop see. */
  executorOf: (node: GraphNode, ended: EndedNodes, turn: string) => NodeExecutor;
  /** Before node ids in the journal: the way from the run to this sub-workflow; empty for the run itself. */
  prefix: string;
  /** Which turn of the loops around it, as `2` or `2/0`; empty outside of loops. */
  turn: string;
  /** What has ended outside of this loop, and its own item. */
  around?: EndedNodes;
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
  readonly #ended: Map<string, EndedNode>;
  readonly #waitingFor = new Map<string, number>();
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#ended = new Map(options.around);
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
    const { nodes } = options.graph;
    for (const { id, arrows } of nodes.values())
      this.#waitingFor.set(
        id,
        new Set(arrows.map(({ from }) => from).filter((from) => nodes.has(from))).size,
      );
  }

  /**
   * How each node ended.
   *
   * @throws what the failed node threw, with `nodeId`; RunInterrupted.
   */
  async run(): Promise<EndedNodes> {
    const first = [...this.#options.graph.nodes.values()].filter(({ id }) => this.#waitingFor.get(id) === 0);
    await this.#visitAll(first);
    return this.#ended;
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
    this.#tell(node, ended);
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
    const past = this.#options.past.get(pastKey(this.#journalId(node), this.#options.turn));
    if (!past) return undefined;
    const outputs = finishedOutputs(past);
    if (outputs) return { status: "completed", outputs };
    if (past.status === "skipped") return { status: "skipped" };
    if (node.catchesErrors && isLastFailure(node, past))
      return { status: "failed", outputs: { [ON_ERROR]: past.error } };
    return undefined;
  }

  #call(node: GraphNode, bound: Exclude<Bound, { kind: "skipped" }>, readyAt: string): Promise<NodeOutputs> {
    const { turn: item } = this.#options;
    if (bound.kind === "single")
      return this.#callOnce(node, { values: bound.call, item, isMapped: false, readyAt });
    return this.#callEach(node, bound, readyAt);
  }

  #callOnce(
    node: GraphNode,
    call: { values: CallValues; item: string; isMapped: boolean; readyAt: string },
  ): Promise<NodeOutputs> {
    const { executorOf, run, journal, past, control, sql, inputs } = this.#options;
    const isInput = node.registered.role === "input";
    const config = isInput ? { ...call.values.config, value: inputs.values[node.id] } : call.values.config;
    return executeNode({
      ...call,
      values: { ...call.values, config },
      node,
      journalId: this.#journalId(node),
      execute: executorOf(node, this.#ended, this.#options.turn),
      run,
      journal,
      past,
      control,
      sql,
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
    const { itemConcurrency, turn } = this.#options;
    const items = await forEachItem(calls, node.policy.concurrency ?? itemConcurrency, (values, index) =>
      this.#callOnce(node, { values, item: itemIn(turn, index), isMapped: true, readyAt }),
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
      item: this.#options.turn,
      attempt: (this.#options.past.get(pastKey(this.#journalId(node), this.#options.turn))?.attempt ?? 0) + 1,
      node_type: node.type,
      ready_at: readyAt,
    };
  }

  #journalId(node: GraphNode): string {
    return this.#options.prefix + node.id;
  }

  /** Once, however often the run is taken up. */
  #tell(node: GraphNode, ended: EndedNode): void {
    const isTold = this.#options.told.has(eventKey(this.#journalId(node), this.#options.turn));
    this.#options.journal.add({ ...(!isTold && { event: this.#event(node, ended) }), ...this.#progress() });
  }

  #event(node: GraphNode, ended: EndedNode) {
    const error = ended.status === "failed" ? { error: ended.outputs[ON_ERROR] } : {};
    const { turn } = this.#options;
    const data = {
      workflow_status: "running",
      node_id: this.#journalId(node),
      ...(turn !== "" && { item: turn }),
      node_name: node.title,
      node_type: node.type,
      node_status: ended.status,
      ...this.#progress(),
      ...error,
    };
    return { type: `node.${ended.status}`, data };
  }

  /** A sub-workflow or a loop counts as the one node that it is. */
  #progress(): { progress?: number } {
    const { prefix, turn, graph } = this.#options;
    if (prefix !== "" || turn !== "") return {};
    return { progress: Math.floor((100 * this.#ended.size) / graph.nodes.size) };
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

/** The values of the output nodes by their labels. */
export function runOutputs(graph: Graph, ended: EndedNodes): Record<string, unknown> {
  const outputsOf = outputsIn(ended);
  const outputs: Record<string, unknown> = {};
  for (const node of graph.nodes.values()) {
    const own = node.registered.role === "output" ? outputsOf(node.id) : undefined;
    if (own) outputs[freeName(labelOf(node), outputs)] = own.value;
  }
  return outputs;
}

/** The place of an item of a list, or of a turn of a loop, inside the turn of the loops around it. */
export function itemIn(turn: string, index: number): string {
  return turn === "" ? String(index) : `${turn}/${index}`;
}

/** Two output nodes of one label: both are kept. */
function freeName(label: string, taken: Record<string, unknown>): string {
  for (let number = 2, name = label; ; number++) {
    if (!Object.hasOwn(taken, name)) return name;
    name = `${label} ${number}`;
  }
}
