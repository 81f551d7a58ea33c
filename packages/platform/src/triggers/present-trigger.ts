import { z } from "zod";
import type { TriggerEventRow, TriggerRow } from "./trigger-store.ts";

const errorSchema = z.looseObject({ code: z.string(), message: z.string() }).nullable();

export const triggerSchema = z.object({
  id: z.string(),
  group_id: z.string(),
  workflow_id: z.string(),
  workflow_version_id: z.string().nullable(),
  definition: z.record(z.string(), z.unknown()),
  kind: z.enum(["schedule", "webhook", "plugin"]).nullable(),
  enabled: z.boolean(),
  active: z.boolean().describe("Whether it starts runs."),
  status: z.enum(["active", "failing", "paused", "inactive"]),
  status_reason: z.string().nullable(),
  next_at: z.string().nullable().describe("When it is due, or polled, next."),
  last_at: z.string().nullable().describe("When it last started a run, or was last polled."),
  last_run_id: z.string().nullable(),
  failure: errorSchema.describe("Why it last failed; null when it succeeds again."),
  path: z.string().nullable().describe("Where a webhook's requests are sent."),
  created_by: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Trigger = z.infer<typeof triggerSchema>;

/** A trigger as clients read it. */
export function presentTrigger(row: TriggerRow): Trigger {
  return {
    id: row.id,
    group_id: row.workspaceId,
    workflow_id: row.workflowId,
    workflow_version_id: row.workflowVersionId,
    definition: row.definition,
    kind: row.kind,
    enabled: row.enabled,
    active: row.enabled && row.kind !== null,
    ...statusOf(row),
    next_at: row.enabled ? (row.nextAt?.toISOString() ?? null) : null,
    last_at: row.lastAt?.toISOString() ?? null,
    last_run_id: row.lastRunId,
    failure: row.failure,
    path: row.kind === "webhook" ? `/v1/hooks/${row.id}` : null,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

function statusOf({ kind, enabled, failure }: TriggerRow): Pick<Trigger, "status" | "status_reason"> {
  if (kind === null)
    return {
      status: "inactive",
      status_reason:
        'Its definition has no "type": schedule, webhook, or that of a plugin\'s trigger. It is kept, and starts no runs.',
    };
  if (!enabled) return { status: "paused", status_reason: "It was paused." };
  if (failure) return { status: "failing", status_reason: failure.message };
  return { status: "active", status_reason: null };
}

export const triggerEventSchema = z.object({
  id: z.string(),
  trigger_id: z.string(),
  workflow_id: z.string(),
  event_type: z.string(),
  data: z.record(z.string(), z.unknown()),
  run_id: z.string().nullable(),
  error: errorSchema,
  created_at: z.string(),
});

/** What a trigger has received, as clients read it. */
export function presentTriggerEvent(row: TriggerEventRow): z.infer<typeof triggerEventSchema> {
  return {
    id: String(row.id),
    trigger_id: row.triggerId,
    workflow_id: row.workflowId,
    event_type: row.type,
    data: row.data,
    run_id: row.runId,
    error: row.error,
    created_at: row.at.toISOString(),
  };
}
