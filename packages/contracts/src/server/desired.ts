import { z } from "zod";
import { sourceSchema } from "./source.ts";
import { statusSchema } from "./status.ts";

/** Operator's choices for one plugin; every one has a default, so `{}` is a whole value. */
export const pluginSettingsSchema = z.object({
  /** A release of the Python SDK instead of the one chosen statically, e.g. "0.5.5". */
  sdkRelease: z.string().optional(),
  /** `auto`: stdio where the SDK release has a worker, HTTP otherwise. */
  transport: z.enum(["auto", "http", "stdio"]).default("auto"),
  /** `bare` starts the published `noxus plugin …` command; `starter` our own small starter (faster, loses no frame). */
  start: z.enum(["starter", "bare"]).default("starter"),
  /** Whether packages of a TypeScript plugin may run scripts while they are installed: code of others, on this machine. */
  installScripts: z.boolean().default(false),
  /** Calls running at once, on all instances together. */
  concurrency: z.number().int().min(1).default(32),
  /** Calls that may wait for a slot; one more is refused with 503 and Retry-After. */
  queue: z.number().int().min(0).default(256),
  /** Deadline of a call that brings none, in ms. */
  callTimeoutMs: z.number().int().min(1).default(300_000),
  /** From spawn to healthy, in ms. */
  startTimeoutMs: z.number().int().min(100).default(60_000),
  /** From leaving the routing table to SIGKILL, in ms. */
  drainTimeoutMs: z.number().int().min(0).default(30_000),
  /** Processes; the one with the fewest calls gets the next. With `idleAfterMs` the most that there are. */
  replicas: z.number().int().min(1).max(16).default(1),
  /** Without a call for so long, in ms, processes are stopped down to `idleReplicas`; 0: never. */
  idleAfterMs: z.number().int().min(0).default(0),
  /** Processes that stay while the plugin is idle; with 0 the first call starts one, and waits for it. */
  idleReplicas: z.number().int().min(0).max(16).default(0),
  /** One process more, started and without calls, that takes the place of one that ends at once. */
  warmSpare: z.boolean().default(false),
});
export type PluginSettings = z.infer<typeof pluginSettingsSchema>;

/**
 * One plugin as the platform wants it. `generation` grows with each change of anything here, so a plugin server
 * knows whether what it runs is what is wanted. `reloads` grows with each asked-for reload.
 */
export const desiredPluginSchema = z.object({
  id: z.uuid(),
  source: sourceSchema,
  generation: z.number().int().min(1),
  reloads: z.number().int().min(0).default(0),
  enabled: z.boolean().default(true),
  config: z.record(z.string(), z.unknown()).default({}),
  settings: pluginSettingsSchema.prefault({}),
  /** The status that the platform last heard of, or expects after a restore. */
  expectedStatus: statusSchema.optional(),
});
export type DesiredPlugin = z.infer<typeof desiredPluginSchema>;
export type DesiredPluginInput = z.input<typeof desiredPluginSchema>;

/** Safe mode: no plugin is fetched, prepared or started, none runs, and calls are refused with the reason. */
export const holdSchema = z.object({ reason: z.string().min(1), since: z.iso.datetime() });
export type Hold = z.infer<typeof holdSchema>;

/** The full list of desired plugins: what is not in it is to be uninstalled. */
export const desiredListSchema = z.object({
  /** Grows with each change of the list; lists older than one already taken are ignored. */
  revision: z.number().int().min(0),
  plugins: z.array(desiredPluginSchema),
  /** Where all plugins are held. */
  hold: holdSchema.optional(),
});
export type DesiredList = z.infer<typeof desiredListSchema>;
