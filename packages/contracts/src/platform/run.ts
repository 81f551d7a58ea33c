import { z } from "zod";

/**
 * The client knows the first five: `awaiting_human_feedback` is a run in which nothing goes on until somebody approves or
 * rejects. `waiting`: nothing goes on until a time or a call from outside; `paused`: until it is resumed. None of the three
 * holds a worker. `stopped` is a cancelled run's last status.
 */
export const runStatusSchema = z.enum([
  "queued",
  "running",
  "completed",
  "failed",
  "awaiting_human_feedback",
  "stopped",
  "waiting",
  "paused",
]);
export type RunStatus = z.infer<typeof runStatusSchema>;
export const endedStatuses: readonly RunStatus[] = ["completed", "failed", "stopped"];

/** Ten years, which dates can hold. */
const longestRunS = 315_360_000;

/** Body of `POST /v1/workflows/{id}/runs`. Input keys: a node's label, `<node id>::<input>`, or an input id. */
export const runInputSchema = z.looseObject({
  input: z.record(z.string(), z.unknown()).default({}),
  workflow_version_id: z.string().nullish(),
  callback_url: z.string().nullish(),
  /** Only these nodes and what they depend on. */
  node_ids: z.array(z.string()).min(1).nullish(),
  /** Longest time of the whole run, its waits among it. */
  timeout_seconds: z.number().positive().max(longestRunS).nullish(),
});

export const runErrorSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
});
export type RunError = z.infer<typeof runErrorSchema>;

/** Who or what started a run: an API key by the name that it had, or a trigger. */
export const runStarterSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("key"), name: z.string() }),
  z.object({ kind: z.enum(["schedule", "webhook", "plugin"]), trigger_id: z.string() }),
]);
export type RunStarter = z.infer<typeof runStarterSchema>;

/** A run as the published client reads it; `error` is ours. */
export const runSchema = z.looseObject({
  id: z.string(),
  group_id: z.string(),
  workflow_id: z.string(),
  /** The type of the one node that was tried alone; null of a workflow's run. */
  tried_node: z.string().nullish(),
  /** Null of runs from before this was kept. */
  started_by: runStarterSchema.nullish(),
  input: z.record(z.string(), z.unknown()),
  node_ids: z.array(z.string()).nullish(),
  status: runStatusSchema,
  /** 0 to 100 */
  progress: z.number().int(),
  progress_details: z.looseObject({}).nullish(),
  created_at: z.string(),
  finished_at: z.string().nullish(),
  output: z.record(z.string(), z.unknown()).nullish(),
  error: runErrorSchema.nullish(),
});
export type Run = z.infer<typeof runSchema>;

export const nodeRunStatusSchema = z.enum([
  "queued",
  "running",
  "waiting",
  "completed",
  "failed",
  "skipped",
  "stopped",
]);
export type NodeRunStatus = z.infer<typeof nodeRunStatusSchema>;

/** What a node waits for. `until`: when it goes on by itself (`time`), or fails because nothing came (the others). */
export const nodeWaitSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("time"), until: z.string() }),
  z.object({ kind: z.literal("approval"), until: z.string().optional(), question: z.string().optional() }),
  z.object({ kind: z.literal("webhook"), until: z.string().optional() }),
]);
export type NodeWait = z.infer<typeof nodeWaitSchema>;

/** A node that waits, as it is told to those who ask. */
export interface RunWait {
  node_id: string;
  node_type: string;
  item: string | null;
  kind: NodeWait["kind"];
  until: string | null;
  since: string | null;
  question?: string | undefined;
  /** Where the call is to be sent; it works once. */
  url?: string;
  inputs: Record<string, unknown> | null;
}

/**
 * One event of a run's stream (`event: message`). A stream ends after an event with `workflow_status` completed,
 * failed or stopped. `redisId` is the id to resume from (`?etag=`); its name is the published client's.
 */
export const runEventSchema = z.looseObject({
  type: z.string(),
  data: z.looseObject({ workflow_status: runStatusSchema.optional() }),
  redisId: z.string(),
});
export type RunEvent = z.infer<typeof runEventSchema>;
