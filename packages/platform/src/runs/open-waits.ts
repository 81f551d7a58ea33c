import type { NodeWait } from "@noxus/contracts";
import { type NodeRunRow, nodeRuns, type Queries, runs, workflows } from "@noxus/database";
import { and, asc, eq, inArray, or, sql } from "@noxus/database/sql";

/** A node that waits, with the run and the workflow that it is of. */
export interface OpenWait {
  nodeRun: NodeRunRow;
  definition: Record<string, unknown>;
  workflow: { id: string; name: string };
}

/** Longer lists are for programs, which ask run by run. */
export const mostOpenWaits = 200;

/** What the nodes of all runs of a workspace wait for, the oldest first, at most `mostOpenWaits`. */
export function listOpenWaits(
  db: Pick<Queries, "select">,
  { workspaceId, kind }: { workspaceId: string; kind?: NodeWait["kind"] | undefined },
): Promise<OpenWait[]> {
  // Each of these has an index of its own that holds few runs, however many have ended.
  const goesOn = or(
    inArray(runs.status, ["paused", "waiting", "awaiting_human_feedback"]),
    eq(runs.status, "running"),
    eq(runs.status, "queued"),
  );
  return db
    .select({
      nodeRun: nodeRuns,
      definition: runs.definition,
      workflow: { id: workflows.id, name: workflows.name },
    })
    .from(runs)
    .innerJoin(nodeRuns, eq(nodeRuns.runId, runs.id))
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .where(
      and(
        eq(runs.workspaceId, workspaceId),
        goesOn,
        eq(nodeRuns.status, "waiting"),
        kind && sql`${nodeRuns.wait}->>'kind' = ${kind}`,
      ),
    )
    .orderBy(asc(nodeRuns.startedAt))
    .limit(mostOpenWaits);
}
