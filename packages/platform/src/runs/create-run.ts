import { type RunStatus, runEventsChannel } from "@noxus/contracts";
import { notify, type RunRow, runEvents, runs, storableJson } from "@noxus/database";
import { bindRunInputs, parseWorkflow } from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findVersion, findWorkflow } from "../workflows/workflow-store.ts";

export interface CreateRun {
  workflowId: string;
  workspaceId: string;
  input: Record<string, unknown>;
  versionId: string | undefined;
  callbackUrl: string | undefined;
}

/**
 * Checks the workflow and the input as the worker will, then writes the run and its place in the queue in one
 * transaction: there is never one without the other.
 *
 * @throws NoxusError `not_found`, `workflow_…` with every problem at once.
 */
export async function createRun(
  { workflowId, workspaceId, input, versionId, callbackUrl }: CreateRun,
  { database, queue, registry }: Pick<PlatformDependencies, "database" | "queue" | "registry">,
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
    const status: RunStatus = "queued";
    await tx
      .insert(runEvents)
      .values({ runId: run.id, type: "run.queued", data: { workflow_status: status } });
    await queue.enqueue(tx, { runId: run.id, workspaceId });
    await notify(tx, runEventsChannel, run.id);
    return run;
  });
}
