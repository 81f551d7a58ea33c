import { isDeepStrictEqual } from "node:util";
import { endedStatuses, NoxusError, type RunStarter, runQueuedChannel } from "@noxus/contracts";
import { nodeRuns, type Queries, type RunRow } from "@noxus/database";
import { eq, sql } from "@noxus/database/sql";
import {
  bindRunInputs,
  followersOf,
  type Graph,
  type GraphNode,
  parseWorkflow,
  type RunInputs,
  suggestion,
} from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { insertRun } from "./insert-run.ts";
import { findRun, type RunAddress } from "./run-store.ts";

type Deps = Pick<PlatformDependencies, "database" | "registry">;

export interface RestartRun {
  /** It and all that depends on it is executed anew; without it, what had not ended well. */
  fromNode?: string | undefined;
  /** Goes over the input of the old run; what depends on a changed value is executed anew. */
  input?: Record<string, unknown> | undefined;
  /** Of the new run. */
  timeoutSeconds?: number | undefined;
  /** Of the new run, to be shown. */
  startedBy: RunStarter;
}

/**
 * Starts a run that begins with what an ended one has finished. The old run stays as it is.
 *
 * @throws NoxusError `not_found`, `run_not_restartable`, `workflow_…`.
 */
export async function restartRun(deps: Deps, address: RunAddress, restart: RestartRun): Promise<RunRow> {
  const { db, hints } = deps.database;
  const old = await findEnded(db, address);
  const graph = parseWorkflow(old.definition, await deps.registry(), { missing: false });
  const input = { ...old.input, ...restart.input };
  const again = nodesAgain(graph, old, restart, bindRunInputs(graph, input));
  const run = await db.transaction(async (tx) => {
    const made = await insertRun(tx, { ...startOf(old, restart), input });
    await copyFinished(tx, { from: old.id, to: made.id, graph, again });
    return made;
  });
  hints.tell(runQueuedChannel);
  return run;
}

/**
 * Starts an ended run's workflow once more, in the version that it had, from its beginning.
 *
 * @throws NoxusError `not_found`, `run_not_restartable`, `workflow_…`.
 */
export async function replayRun(
  deps: Deps,
  address: RunAddress,
  replay: Omit<RestartRun, "fromNode">,
): Promise<RunRow> {
  const { db, hints } = deps.database;
  const old = await findRun(db, address);
  const input = { ...old.input, ...replay.input };
  bindRunInputs(parseWorkflow(old.definition, await deps.registry(), { missing: false }), input);
  const run = await insertRun(db, { ...startOf(old, replay), input });
  hints.tell(runQueuedChannel);
  return run;
}

async function findEnded(db: Queries, address: RunAddress): Promise<RunRow> {
  const run = await findRun(db, address);
  if (endedStatuses.includes(run.status)) return run;
  throw new NoxusError(
    "run_not_restartable",
    `The run is ${run.status}: stop it first, or replay it beside this one.`,
  );
}

function startOf(old: RunRow, { timeoutSeconds, startedBy }: Omit<RestartRun, "fromNode">) {
  const { workspaceId, workflowId, workflowVersionId, definition, callbackUrl, nodeIds, subflows } = old;
  return {
    ...{ workspaceId, workflowId, workflowVersionId, definition, nodeIds, subflows, timeoutSeconds },
    callbackUrl: callbackUrl ?? undefined,
    restartedFrom: old.id,
    startedBy,
  };
}

/** Nodes that are executed anew whatever the old run has of them. */
function nodesAgain(
  graph: Graph,
  old: RunRow,
  { fromNode }: RestartRun,
  inputs: RunInputs,
): ReadonlySet<string> {
  if (fromNode !== undefined && !graph.nodes.has(fromNode)) throw noSuchNode(graph, fromNode);
  const changed = changedBy(inputs, bindRunInputs(graph, old.input));
  const again = followersOf(graph, [...(fromNode === undefined ? [] : [fromNode]), ...changed]);
  if (again.size === 0 && old.status === "completed")
    throw new NoxusError(
      "run_not_restartable",
      "The run has completed, and its input is the same: nothing of it is to be done again. Name the node to restart from, or replay the run.",
    );
  return again;
}

function noSuchNode(graph: Graph, id: string): NoxusError {
  const titled = [...graph.nodes.values()].filter(({ title }) => title === id);
  const near =
    titled.length === 1 ? ` Did you mean "${titled[0]?.id}"?` : suggestion(id, [...graph.nodes.keys()]);
  return new NoxusError(
    "run_not_restartable",
    `The run has no node "${id}" of its own to restart from.${near}`,
  );
}

/** Nodes that the run's input gives another value now. */
function changedBy(now: RunInputs, before: RunInputs): string[] {
  const differing = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !isDeepStrictEqual(a[key], b[key]));
  const overridden = differing(now.overrides, before.overrides).map((key) => key.split("::")[0] ?? "");
  return [...differing(now.values, before.values), ...overridden];
}

interface Copy {
  from: string;
  to: string;
  graph: Graph;
  again: ReadonlySet<string>;
}

/**
 * Epoch 0 marks what was not done in this run. A failure is only kept where the old run went on in spite of it, with a
 * default or along on_error; of a list that was mapped over a node, the items that were finished are kept.
 */
async function copyFinished(tx: Queries, { from, to, graph, again }: Copy): Promise<void> {
  const rows = await tx
    .select({ id: nodeRuns.nodeId })
    .from(nodeRuns)
    .where(eq(nodeRuns.runId, from))
    .groupBy(nodeRuns.nodeId);
  const kept = rows.flatMap(({ id }) => {
    const node = ownerOf(graph, id);
    return node && !again.has(node.id) ? [{ id, catches: node.id === id && node.catchesErrors }] : [];
  });
  await tx.execute(sql`
    insert into node_runs (run_id, node_id, item, attempt, node_type, status, inputs, outputs, error, epoch,
      ready_at, started_at, finished_at, call_ms, plugin_release)
    select ${to}, node_id, item, attempt, node_type, status, inputs, outputs, error, 0,
      ready_at, started_at, finished_at, call_ms, plugin_release
    from node_runs
    join jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as kept(id text, catches boolean) on kept.id = node_id
    where run_id = ${from}
      and (status in ('completed', 'skipped') or (status = 'failed' and (outputs is not null or kept.catches)))`);
  await tx.execute(sql`
    insert into large_values (run_id, sha256, content) select ${to}, sha256, content from large_values where run_id = ${from}`);
}

/** The run's own node that a journal's node belongs to: itself, or the one that ran it. */
function ownerOf(graph: Graph, journalId: string): GraphNode | undefined {
  const own = graph.nodes.get(journalId);
  if (own) return own;
  return [...graph.nodes.values()].find(
    ({ id, body }) =>
      journalId.startsWith(`${id}/`) ||
      journalId.startsWith(`${id}[`) ||
      (body !== undefined && ownerOf(body.graph, journalId) !== undefined),
  );
}
