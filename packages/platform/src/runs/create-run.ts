import { type RunStatus, runEventsChannel } from "@noxus/contracts";
import { notify, type RunRow, runEvents, runs, storableJson } from "@noxus/database";
import { bindRunInputs, parseWorkflow } from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findVersion, findWorkflow } from "../workflows/workflow-store.ts";
import { claimKey, findStarted, type IdempotentStart } from "./idempotent-start.ts";

export interface CreateRun {
  workflowId: string;
  workspaceId: string;
  input: Record<string, unknown>;
  versionId: string | undefined;
  callbackUrl: string | undefined;
  /** Where the client may send the same start again. */
  once?: IdempotentStart | undefined;
}

type Deps = Pick<PlatformDependencies, "database" | "queue" | "registry">;

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
 * Checks the workflow and the input as the worker will, then writes the run and its place in the queue in one
 * transaction: there is never one without the other.
 *
 * @throws NoxusError `not_found`, `workflow_…` with every problem at once.
 */
async function createRun(
  { workflowId, workspaceId, input, versionId, callbackUrl, once }: CreateRun,
  { database, queue, registry }: Deps,
): Promise<RunRow> {
  const workflow = await findWorkflow(database.db, { id: workflowId, workspaceId });
  const version = versionId && (await findVersion(database.db, { id: versionId, workflowId }));
  const { definition } = version || workflow;
  bindRunInputs(parseWorkflow(definition, await registry(), { missing: false }), input);
  return database.db.transaction(async (tx) => {
    const values = {
      workspaceId,
      workflowId,
      definition,
      input: storableJson(input),
      workflowVersionId: version ? version.id : null,
      callbackUrl: callbackUrl ?? null,
    };
    const [row] = await tx.insert(runs).values(values).returning();
    const run = row as RunRow;
    if (once && !(await claimKey(tx, once, run.id))) throw new KeyTaken();
    const status: RunStatus = "queued";
    await tx
      .insert(runEvents)
      .values({ runId: run.id, type: "run.queued", data: { workflow_status: status } });
    await queue.enqueue(tx, { runId: run.id, workspaceId });
    await notify(tx, runEventsChannel, run.id);
    return run;
  });
}
