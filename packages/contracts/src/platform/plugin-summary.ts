import { z } from "zod";
import { sourceSchema } from "../server/source.ts";
import { statusSchema } from "../server/status.ts";

/**
 * A plugin's status as people should read it: `held` where all plugins are, which is an error for whoever calls one;
 * `idle` where it runs without a process until somebody calls it; `off` where it is switched off, which is uninstalled for
 * whoever calls one.
 */
export const pluginStateSchema = z.enum([...statusSchema.options, "held", "idle", "off"]);
export type PluginState = z.infer<typeof pluginStateSchema>;

/** What a list shows of a plugin; none of it grows with the plugin. */
export const pluginSummarySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  version: z.string().nullable(),
  state: pluginStateSchema,
  enabled: z.boolean(),
  source: sourceSchema,
  nodeCount: z.number().int(),
  /** Why it does not run, where it failed or lacks configuration. */
  problem: z
    .object({
      code: z.string(),
      message: z.string(),
      /** Absent where trying again makes no sense before something changes. */
      nextAttemptAt: z.string().optional(),
    })
    .nullable(),
  /** Of the newest report, or of the record before there is one. */
  updatedAt: z.string(),
});
export type PluginSummary = z.infer<typeof pluginSummarySchema>;

/** Answer of `GET /v1/plugin-summaries`. */
export const pluginSummariesSchema = z.object({
  items: z.array(pluginSummarySchema),
  /** Of those that were asked for. */
  total: z.number().int(),
  page: z.number().int(),
  size: z.number().int(),
  /** How many of those that `q` finds are in each state, whatever state was asked for. */
  states: z.partialRecord(pluginStateSchema, z.number().int()),
});
export type PluginSummaries = z.infer<typeof pluginSummariesSchema>;
