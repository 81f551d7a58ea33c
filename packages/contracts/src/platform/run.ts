import { z } from "zod";

/** The client knows the first five; `stopped` is a cancelled run's last status. */
export const runStatusSchema = z.enum([
  "queued",
  "running",
  "completed",
  "failed",
  "awaiting_human_feedback",
  "stopped",
]);
export type RunStatus = z.infer<typeof runStatusSchema>;
export const endedStatuses: readonly RunStatus[] = ["completed", "failed", "stopped"];

/** Body of `POST /v1/workflows/{id}/runs`. Input keys: a node's label, `<node id>::<input>`, or an input id. */
export const runInputSchema = z.looseObject({
  input: z.record(z.string(), z.unknown()).default({}),
  workflow_version_id: z.string().nullish(),
  callback_url: z.string().nullish(),
});

export const runErrorSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
});
export type RunError = z.infer<typeof runErrorSchema>;

/** A run as the published client reads it; `error` is ours. */
export const runSchema = z.looseObject({
  id: z.string(),
  group_id: z.string(),
  workflow_id: z.string(),
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

export const nodeRunStatusSchema = z.enum(["queued", "running", "completed", "failed", "skipped", "stopped"]);
export type NodeRunStatus = z.infer<typeof nodeRunStatusSchema>;

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
