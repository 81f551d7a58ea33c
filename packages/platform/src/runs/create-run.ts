import { type RunStarter, runQueuedChannel } from "@noxus/contracts";
import type { Queries, RunRow } from "@noxus/database";
import { bindRunInputs, type Graph, type NodeRegistry, parseWorkflow, partOf } from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findVersion, findWorkflow } from "../workflows/workflow-store.ts";
import { claimKey, findStarted, type IdempotentStart } from "./idempotent-start.ts";
import { insertRun, type NewRun } from "./insert-run.ts";
import { pinSubflows } from "./pin-subflows.ts";

export interface CreateRun {
  workflowId: string;
  workspaceId: string;
  input: Record<string, unknown>;
  versionId: string | undefined;
  callbackUrl: string | undefined;
  /** Only these nodes and what they depend on; all where absent. */
  nodeIds?: string[] | undefined;
  /** Longest time of the whole run. */
  timeoutSeconds?: number | undefined;
  /** To be shown. */
  startedBy: RunStarter;
  /** Where the client may send the same start again. */
  once?: IdempotentStart | undefined;
}

type Deps = Pick<PlatformDependencies, "database" | "registry">;

/**
 * Starts a run; under an Idempotency-Key once, however often it is asked for.
 *
 * @throws NoxusError `not_found`, `workflow_…` with every problem at once, `idempotency_key_reused`.
 */
export async function startRun(start: CreateRun, deps: Deps): Promise<RunRow> {
  const { once } = start;
  if (!once) return createRun(start, deps);
  const { db } = deps.database;
  const before = await findStarted(db, once);
  if (before) return before;
  try {
    return await createRun(start, deps);
  } catch (error) {
    // The same start came twice at one moment, and the other was first.
    const first = error instanceof KeyTaken ? await findStarted(db, once) : undefined;
    if (first) return first;
    throw error;
  }
}

/** Rolls the run back that came second. */
class KeyTaken extends Error {}

/**
 * What a run is to be pinned to, its own definition and those of the workflows that it runs, checked as the worker will.
 *
 * @throws NoxusError `not_found`, `workflow_…` with every problem at once.
 */
export async function readStart(
  db: Queries,
  start: Pick<CreateRun, "workflowId" | "workspaceId" | "versionId">,
  registry: NodeRegistry,
): Promise<Pick<NewRun, "definition" | "subflows"> & { graph: Graph }> {
  const { workflowId, workspaceId, versionId } = start;
  const workflow = await findWorkflow(db, { id: workflowId, workspaceId });
  const version = versionId && (await findVersion(db, { id: versionId, workflowId }));
  const { definition } = version || workflow;
  const graph = parseWorkflow(definition, registry, { missing: false });
  return { definition, graph, subflows: await pinSubflows(db, workspaceId, definition) };
}

/**
 * Checks the workflow and the input as the worker will, then writes the run, which thereby waits for a worker.
 *
 * @throws NoxusError `not_found`, `workflow_…` with every problem at once.
 */
async function createRun(start: CreateRun, { database, registry }: Deps): Promise<RunRow> {
  const { workflowId, workspaceId, input, versionId, nodeIds, timeoutSeconds, once, callbackUrl, startedBy } =
    start;
  const { definition, graph, subflows } = await readStart(database.db, start, await registry());
  bindRunInputs(nodeIds ? partOf(graph, nodeIds) : graph, input, { whole: graph });
  const run = {
    workspaceId,
    workflowId,
    workflowVersionId: versionId ?? null,
    definition,
    input,
    ...{ subflows, callbackUrl, nodeIds, timeoutSeconds, startedBy },
  };
  const row = once
    ? await database.db.transaction((tx) => insertOnce(tx, run, once))
    : await insertRun(database.db, run);
  database.hints.tell(runQueuedChannel);
  return row;
}

async function insertOnce(tx: Queries, run: NewRun, once: IdempotentStart): Promise<RunRow> {
  const row = await insertRun(tx, run);
  if (!(await claimKey(tx, once, row.id))) throw new KeyTaken();
  return row;
}
