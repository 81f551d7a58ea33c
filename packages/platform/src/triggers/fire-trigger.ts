import { isNoxusError, type RunError } from "@noxus/contracts";
import { type Queries, storableJson, triggerEvents, workflowTriggers } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import { bindRunInputs, labelOf } from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { readStart } from "../runs/create-run.ts";
import { insertRun } from "../runs/insert-run.ts";
import type { TriggerRow } from "./trigger-store.ts";

/** What has happened outside. */
export interface Occurrence {
  type: "schedule.due" | "webhook.received" | "plugin.event";
  /** Where the same may come twice: the second one starts nothing. */
  key?: string;
  data: Record<string, unknown>;
}

/** What came of it: a run, or why there is none. */
export interface Fired {
  runId: string | null;
  error: RunError | null;
  /** It had come before, and this is what came of it then. */
  isRepeated: boolean;
}

type Deps = Pick<PlatformDependencies, "registry">;

/**
 * Notes what happened and starts its run, in the caller's transaction. What keeps the run from starting (the workflow
 * is broken, an input is missing) is noted with it and shown with the trigger. Tell `runQueuedChannel` after the commit.
 */
export async function fireTrigger(
  tx: Queries,
  trigger: TriggerRow,
  { type, key = null, data }: Omit<Occurrence, "key"> & { key?: string | null },
  deps: Deps,
): Promise<Fired> {
  const { id: triggerId, workspaceId, workflowId } = trigger;
  const values = { triggerId, workspaceId, workflowId, type, key, data: storableJson(data) };
  const [event] = await tx.insert(triggerEvents).values(values).onConflictDoNothing().returning();
  if (!event) return earlier(tx, triggerId, key ?? "");
  const fired = await startRunOf(tx, trigger, data, deps);
  // What started nothing may come again under its key, when what kept it back is set right.
  const kept = { ...fired, key: fired.error ? null : key };
  await tx.update(triggerEvents).set(kept).where(eq(triggerEvents.id, event.id));
  await tx
    .update(workflowTriggers)
    .set({ lastAt: sql`now()`, failure: fired.error, ...(fired.runId && { lastRunId: fired.runId }) })
    .where(eq(workflowTriggers.id, triggerId));
  return { ...fired, isRepeated: false };
}

async function earlier(tx: Queries, triggerId: string, key: string): Promise<Fired> {
  const own = and(eq(triggerEvents.triggerId, triggerId), eq(triggerEvents.key, key));
  const [event] = await tx.select().from(triggerEvents).where(own);
  return { runId: event?.runId ?? null, error: event?.error ?? null, isRepeated: true };
}

async function startRunOf(
  tx: Queries,
  trigger: TriggerRow,
  data: Record<string, unknown>,
  { registry }: Deps,
): Promise<{ runId: string | null; error: RunError | null }> {
  const { workspaceId, workflowId, workflowVersionId } = trigger;
  // What is of no kind starts no runs.
  const startedBy = { kind: trigger.kind ?? ("webhook" as const), trigger_id: trigger.id };
  try {
    const start = { workspaceId, workflowId, versionId: workflowVersionId ?? undefined };
    const { graph, ...pinned } = await readStart(tx, start, await registry());
    const input = inputOf(trigger.definition, data, inputNames(graph));
    bindRunInputs(graph, input);
    const run = await insertRun(tx, {
      workspaceId,
      workflowId,
      workflowVersionId,
      ...pinned,
      input,
      startedBy,
    });
    return { runId: run.id, error: null };
  } catch (error) {
    if (!isNoxusError(error)) throw error;
    const { code, message, fields } = error;
    return { runId: null, error: { code, message, ...(fields && { fields }) } };
  }
}

type Graph = Parameters<typeof bindRunInputs>[0];

function inputNames(graph: Graph): Set<string> {
  return new Set(
    [...graph.nodes.values()].filter(({ registered }) => registered.role === "input").map(labelOf),
  );
}

/** The event's fields go to the inputs of their names; the rest of the event is not the workflow's business. */
function inputOf(
  { input = {}, event_input }: { input?: unknown; event_input?: unknown },
  data: Record<string, unknown>,
  names: ReadonlySet<string>,
): Record<string, unknown> {
  const fields = Object.entries(data).filter(([name]) => names.has(name));
  const whole = typeof event_input === "string" ? { [event_input]: data } : {};
  return { ...(input as Record<string, unknown>), ...Object.fromEntries(fields), ...whole };
}
