import { z } from "zod";

/** What a plugin used at one moment, and since the point before it. */
export const usagePointSchema = z.object({
  at: z.iso.datetime(),
  /** Of all its processes and their children, in bytes; shared pages are counted in each. */
  rssBytes: z.number(),
  processes: z.number().int(),
  /** Processor cores in use on average since the point before; 1 is one core busy all the time. */
  cores: z.number(),
  /** Nodes' calls that ended since the point before, in whatever way. */
  calls: z.number().int(),
  /** Of them, those that did not end well. */
  errors: z.number().int(),
  /** Milliseconds from arrival to answer on average, of those that the plugin answered; null without any. */
  meanMs: z.number().nullable(),
  /** Calls that had a place then. */
  inFlight: z.number().int(),
});
export type UsagePoint = z.infer<typeof usagePointSchema>;

/** A plugin's points on one plugin server, oldest first; they begin anew with the server. */
export const usageSeriesSchema = z.object({
  intervalMs: z.number().int(),
  points: z.array(usagePointSchema),
});
export type UsageSeries = z.infer<typeof usageSeriesSchema>;

/** Answer of `GET /v1/plugins/{id}/usage`: one series for each plugin server that is alive and has the plugin. */
export const pluginUsageSchema = z.object({
  servers: z.array(usageSeriesSchema.extend({ server: z.string() })),
});
export type PluginUsageOverTime = z.infer<typeof pluginUsageSchema>;

/** Answer of `GET /usage` of a plugin server: every plugin's newest point. */
export const newestUsageSchema = z.object({
  plugins: z.array(z.object({ id: z.uuid(), point: usagePointSchema })),
});

/** Answer of `GET /v1/plugin-usage`: every plugin's memory now, on all plugin servers together. */
export const pluginMemorySchema = z.object({
  plugins: z.array(z.object({ id: z.uuid(), rssBytes: z.number(), processes: z.number().int() })),
});
export type PluginMemory = z.infer<typeof pluginMemorySchema>;
