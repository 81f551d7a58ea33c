import { isNoxusError, NoxusError } from "@noxus/contracts";
import { bindRunInputs, type Graph, type GraphNode, parseWorkflow, partOf } from "@noxus/workflow";
import { loadPastNodeRuns, type PastNodeRuns } from "../journal/past-node-runs.ts";
import type { RunJournal } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import { loop } from "../nodes/loop.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";
import { type SubflowAddress, subflow } from "../nodes/subflow.ts";
import type { LeasedRun } from "../queue/leases.ts";
import type { RunControl } from "../queue/run-control.ts";
import type { ExecutionParts } from "../queue/run-execution.ts";
import type { PluginRegistry } from "../registry/plugin-registry.ts";
import type { EndedNodes } from "./ended-node.ts";
import { itemIn, runOutputs, Walk } from "./walk.ts";

/** Workflows inside workflows: deeper is taken for one that runs itself. */
const deepestSubflow = 8;

/** What every walk of one run shares, those of sub-workflows and loops among them. */
export interface RunWalk {
  run: LeasedRun;
  journal: RunJournal;
  past: PastNodeRuns;
  told: ReadonlySet<string>;
  /** Of plugins, that the run has called. */
  releases: Set<string>;
  parts: ExecutionParts;
  control: RunControl;
  prefix: string;
  depth: number;
  signal: AbortSignal;
}

/** Walks the run's own workflow, or the chosen part of it, and gives its outputs. */
export async function walkRun(context: RunWalk): Promise<Record<string, unknown>> {
  const { definition, input, node_ids } = context.run;
  const whole = await parse(definition, context.parts.registry);
  return walkWorkflow(node_ids ? partOf(whole, node_ids) : whole, whole, input, context);
}

async function walkWorkflow(
  graph: Graph,
  whole: Graph,
  input: Record<string, unknown>,
  context: RunWalk,
): Promise<Record<string, unknown>> {
  const inputs = bindRunInputs(graph, input, { whole });
  return runOutputs(graph, await new Walk({ ...walkOptions(context), graph, inputs, turn: "" }).run());
}

function walkOptions(context: RunWalk) {
  const { run, journal, past, told, releases, control, prefix, parts, signal } = context;
  return {
    run: { id: run.id, workspaceId: run.workspace_id, workflowId: run.workflow_id, releases },
    ...{ journal, past, told, control, prefix, signal },
    sql: parts.sql,
    itemConcurrency: parts.itemConcurrency,
    executorOf: (node: GraphNode, ended: EndedNodes, turn: string) =>
      executorOf(node, { context, ended, turn }),
  };
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

/** Where a node stands when it is called. */
interface Standing {
  context: RunWalk;
  ended: EndedNodes;
  turn: string;
}

function executorOf(node: GraphNode, standing: Standing): NodeExecutor {
  const { builtIns, remote } = standing.context.parts;
  if (node.registered.plugin) return remote;
  if (node.body) return loopIn(node.body, standing);
  if (node.registered.role === "container") return subflowIn(standing.context);
  const executor = builtIns.get(node.type);
  if (!executor) throw new Error(`No code for the built-in node "${node.type}".`);
  return executor;
}

function loopIn(
  { graph, result }: NonNullable<GraphNode["body"]>,
  { context, ended, turn }: Standing,
): NodeExecutor {
  return loop({
    result,
    walkTurn: async ({ index, own, node, isAgain, signal }) => {
      const past = isAgain ? await pastOf(context) : context.past;
      const around = new Map(ended).set(node.id, { status: "completed", outputs: own });
      return new Walk({
        ...walkOptions({ ...context, past, signal }),
        graph,
        inputs: { values: {}, overrides: {} },
        turn: itemIn(turn, index),
        around,
      }).run();
    },
  });
}

function subflowIn(context: RunWalk): NodeExecutor {
  const depth = context.depth + 1;
  return subflow({
    load: (address) => loadDefinition(context, address),
    walk: async ({ definition, input, prefix, isAgain, signal }) => {
      if (depth > deepestSubflow)
        throw new NoxusError(
          "workflow_invalid",
          `workflows run each other more than ${deepestSubflow} deep; one of them probably runs itself.`,
        );
      const past = isAgain ? await pastOf(context) : context.past;
      const graph = await parse(definition, context.parts.registry);
      return walkWorkflow(graph, graph, input, { ...context, past, prefix, depth, signal });
    },
  });
}

/** With what this life of the run has done by now: what is tried again keeps what it has finished. */
async function pastOf({ journal, parts, run }: RunWalk): Promise<PastNodeRuns> {
  await journal.flush();
  return loadPastNodeRuns(parts.sql, run.id, journal.large);
}

/** As it was when the run was started, where that could be told from the workflow; else as it is now. */
async function loadDefinition({ run, parts }: RunWalk, address: SubflowAddress): Promise<unknown> {
  const { workflowId, versionId } = address;
  const pinned = run.subflows?.[versionId ? `${workflowId}@${versionId}` : workflowId];
  return pinned ?? readDefinition(parts.sql, run.workspace_id, address);
}

async function readDefinition(
  sql: Sql,
  workspaceId: string,
  { workflowId, versionId }: SubflowAddress,
): Promise<unknown> {
  const { rows } = await sql.query<{ definition: unknown }>(
    `select coalesce(versions.definition, workflows.definition) as definition
    from workflows left join workflow_versions versions
      on versions.workflow_id = workflows.id and versions.id::text = $3
    where workflows.id::text = $1 and workspace_id = $2 and ($3::text is null or versions.id is not null)`,
    [workflowId, workspaceId, versionId ?? null],
  );
  return rows[0]?.definition;
}
