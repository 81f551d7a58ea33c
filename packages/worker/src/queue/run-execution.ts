import { isNoxusError, NoxusError, runEventsChannel } from "@noxus/contracts";
import type { Hints } from "@noxus/database";
import type { Logger } from "@noxus/service";
import { bindRunInputs, type Graph, type GraphNode, parseWorkflow } from "@noxus/workflow";
import { RunInterrupted, toRunError } from "../graph/run-error.ts";
import { Walk, WalkFailure } from "../graph/walk.ts";
import { loadPastNodeRuns, type PastNodeRuns } from "../journal/past-node-runs.ts";
import { type RunEnd, RunJournal } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";
import { subflow } from "../nodes/subflow.ts";
import type { PluginRegistry } from "../registry/plugin-registry.ts";
import type { LeasedRun, Leases } from "./leases.ts";

export interface ExecutionParts {
  sql: Sql;
  hints: Hints;
  leases: Leases;
  registry: PluginRegistry;
  builtIns: ReadonlyMap<string, NodeExecutor>;
  remote: NodeExecutor;
  itemConcurrency: number;
  logger: Logger;
}

/** Workflows inside workflows: deeper is taken for one that runs itself. */
const deepestSubflow = 8;

/**
 * Executes a leased run to its end, which is written with everything before it.
 *
 * @returns how it ended.
 * @throws RunInterrupted where the run goes on elsewhere; what was finished here is in the journal, unless the lease was lost.
 */
export async function executeRun(
  run: LeasedRun,
  parts: ExecutionParts,
  signal: AbortSignal,
): Promise<RunEnd> {
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
    onCommit: () => hints.tell(runEventsChannel, run.id),
  });
  try {
    const type = run.epoch === 1 ? "run.started" : "run.resumed";
    journal.add({ event: { type, data: { workflow_status: "running", epoch: run.epoch } } });
    const end = await walkToEnd(run, journal, parts, signal);
    await journal.end(end, endEvent(end));
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

async function walkToEnd(
  run: LeasedRun,
  journal: RunJournal,
  parts: ExecutionParts,
  signal: AbortSignal,
): Promise<RunEnd> {
  try {
    if (run.cancel_requested) throw new RunInterrupted("cancelled");
    const past = run.epoch > 1 ? await loadPastNodeRuns(parts.sql, run.id) : new Map();
    const context = { run, journal, past, parts, prefix: "", depth: 0, signal };
    return { status: "completed", output: await walk(run.definition, run.input, context) };
  } catch (error) {
    if (error instanceof WalkFailure) return { status: "failed", error: error.failure };
    if (error instanceof RunInterrupted && error.kind === "cancelled") return { status: "stopped" };
    if (isNoxusError(error)) return { status: "failed", error: toRunError(error) };
    throw error;
  }
}

interface WalkContext {
  run: LeasedRun;
  journal: RunJournal;
  past: PastNodeRuns;
  parts: ExecutionParts;
  prefix: string;
  depth: number;
  signal: AbortSignal;
}

async function walk(
  definition: unknown,
  input: Record<string, unknown>,
  context: WalkContext,
): Promise<Record<string, unknown>> {
  const { run, journal, past, parts, prefix, signal } = context;
  const graph = await parse(definition, parts.registry);
  return new Walk({
    graph,
    inputs: bindRunInputs(graph, input),
    run: { id: run.id, workspaceId: run.workspace_id, workflowId: run.workflow_id },
    journal,
    past,
    executorOf: (node) => executorOf(node, context),
    prefix,
    itemConcurrency: parts.itemConcurrency,
    signal,
  }).run();
}

/** A node type may be of a plugin that came a moment ago: only a fresh registry says that it is unknown. */
async function parse(definition: unknown, registry: PluginRegistry): Promise<Graph> {
  const options = { missing: false };
  try {
    return parseWorkflow(definition, await registry.get(), options);
  } catch (error) {
    if (!isNoxusError(error)) throw error;
    return parseWorkflow(definition, await registry.get({ fresh: true }), options);
  }
}

function executorOf(node: GraphNode, context: WalkContext): NodeExecutor {
  const { builtIns, remote } = context.parts;
  if (node.registered.plugin) return remote;
  if (node.type === "InvokeSubflowV2Node") return subflowIn(context);
  const executor = builtIns.get(node.type);
  if (!executor) throw new Error(`No code for the built-in node "${node.type}".`);
  return executor;
}

function subflowIn(context: WalkContext): NodeExecutor {
  const depth = context.depth + 1;
  return subflow({
    load: (workflowId, workspaceId) => loadDefinition(context.parts.sql, workflowId, workspaceId),
    walk: async ({ definition, input, prefix, isAgain, signal }) => {
      if (depth > deepestSubflow)
        throw new NoxusError(
          "workflow_invalid",
          `workflows run each other more than ${deepestSubflow} deep; one of them probably runs itself.`,
        );
      const past = isAgain ? await pastOf(context) : context.past;
      return walk(definition, input, { ...context, past, prefix, depth, signal });
    },
  });
}

/** With what this life of the run has done by now: a sub-workflow that is tried again keeps what it has finished. */
async function pastOf({ journal, parts, run }: WalkContext): Promise<PastNodeRuns> {
  await journal.flush();
  return loadPastNodeRuns(parts.sql, run.id);
}

async function loadDefinition(sql: Sql, workflowId: string, workspaceId: string): Promise<unknown> {
  const { rows } = await sql.query<{ definition: unknown }>(
    "select definition from workflows where id::text = $1 and workspace_id = $2",
    [workflowId, workspaceId],
  );
  return rows[0]?.definition;
}
