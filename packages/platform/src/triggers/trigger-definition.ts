import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { nextOccurrence } from "../schedules/occurrences.ts";

const input = z.record(z.string(), z.unknown()).default({}).describe("Fixed inputs of the run.");
const event_input = z.string().optional().describe("The workflow's input that gets the whole event.");

const scheduleSchema = z.looseObject({
  type: z.literal("schedule"),
  cron: z.string().describe("Minute hour day month weekday; with six fields the first are seconds."),
  timezone: z.string().default("UTC"),
  missed: z
    .enum(["skip", "once", "all"])
    .default("once")
    .describe("What becomes of times at which the platform was down."),
  max_missed: z.int().min(1).max(100).default(10),
  input,
  event_input,
});
const webhookSchema = z.looseObject({ type: z.literal("webhook"), input, event_input });
const pollSchema = z.looseObject({
  type: z.string().min(1).describe("Type of a trigger of an installed plugin."),
  config: z.record(z.string(), z.unknown()).default({}),
  polling_interval: z
    .number()
    .min(1)
    .max(86_400)
    .optional()
    .describe("Seconds; the plugin's own where absent."),
  input,
  event_input,
});

export type ScheduleDefinition = z.infer<typeof scheduleSchema>;
export type PollDefinition = z.infer<typeof pollSchema>;
export type WebhookDefinition = z.infer<typeof webhookSchema>;

/** A trigger's definition by its kind; `kept` is what starts nothing, as older clients store it. */
export type ParsedTrigger =
  | { kind: "schedule"; definition: ScheduleDefinition }
  | { kind: "webhook"; definition: WebhookDefinition }
  | { kind: "plugin"; definition: PollDefinition }
  | { kind: null; definition: Record<string, unknown> };

/** @throws NoxusError `invalid_request` naming each problem of a schedule or webhook. */
export function parseTrigger(definition: Record<string, unknown>): ParsedTrigger {
  const { type } = definition;
  if (type === "schedule") return { kind: "schedule", definition: parse(scheduleSchema, definition) };
  if (type === "webhook") return { kind: "webhook", definition: parse(webhookSchema, definition) };
  if (typeof type === "string") return { kind: "plugin", definition: parse(pollSchema, definition) };
  return { kind: null, definition };
}

function parse<T>(schema: z.ZodType<T>, definition: unknown): T {
  const parsed = schema.safeParse(definition);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: ["definition", ...path].join("."),
    message,
  }));
  const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new NoxusError("invalid_request", `The trigger is not of the expected form: ${list}`, { fields });
}

/** When a trigger is due first; null where it waits for no time. @throws NoxusError `invalid_request`. */
export function firstDue({ kind, definition }: ParsedTrigger, now: Date): Date | null {
  if (kind === "schedule") return nextOccurrence(definition, now);
  return kind === "plugin" ? now : null;
}
