import { createHash } from "node:crypto";
import { type Queries, workflows } from "@noxus/database";
import { and, eq, ne, type SQL } from "@noxus/database/sql";

/**
 * The workflow that a workspace's runs of single nodes belong to, since every run has one: the line, limits, retention
 * and isolation hold for them as for all others. Nobody sees it; what each run did stands in the run.
 *
 * The id follows from the workspace's, so that two first trials at one moment make one.
 */
export function trialWorkflowId(workspaceId: string): string {
  const digits = createHash("sha256").update(`trials of ${workspaceId}`).digest("hex");
  const [a, b, c, d, e] = [8, 12, 16, 20, 32].map((end, at, ends) => digits.slice(ends[at - 1] ?? 0, end));
  return `${a}-${b}-8${c?.slice(1)}-8${d?.slice(1)}-${e}`;
}

/** Gives its id, having made it where this is the workspace's first trial. */
export async function ensureTrialWorkflow(db: Pick<Queries, "insert">, workspaceId: string): Promise<string> {
  const id = trialWorkflowId(workspaceId);
  const values = { id, workspaceId, name: "Single nodes", definition: { nodes: [], edges: [] } };
  await db.insert(workflows).values(values).onConflictDoNothing();
  return id;
}

/** A workspace's workflows that people made. */
export function workflowsOf(workspaceId: string): SQL | undefined {
  return and(eq(workflows.workspaceId, workspaceId), ne(workflows.id, trialWorkflowId(workspaceId)));
}
