import { z } from "zod";
import { manifestSchema } from "../plugin/manifest.ts";
import { releaseSignatureSchema } from "./release-signature.ts";
import { sourceSchema } from "./source.ts";

/** The seven statuses of the contract, to the letter. They are computed from the conditions, never set by hand. */
export const statusSchema = z.enum([
  "installing",
  "running",
  "missing_config",
  "restarting",
  "error",
  "uninstalling",
  "uninstalled",
]);
export type Status = z.infer<typeof statusSchema>;

export const conditionTypeSchema = z.enum(["Fetched", "EnvironmentReady", "ConfigValid", "Running"]);
export type ConditionType = z.infer<typeof conditionTypeSchema>;

/** One aspect of a plugin's state, with the word (`reason`), the sentence (`message`) and since when (ISO time). */
export const conditionSchema = z.object({
  type: conditionTypeSchema,
  status: z.enum(["true", "false", "unknown"]),
  reason: z.string(),
  message: z.string(),
  since: z.iso.datetime(),
});
export type Condition = z.infer<typeof conditionSchema>;

/** A step of a plugin's way from source to serving, with its time; shown as progress and measured in bench/. */
export const phaseSchema = z.object({
  name: z.enum(["fetch", "environment", "start", "ready"]),
  startedAt: z.iso.datetime(),
  /** Absent while the phase runs. */
  durationMs: z.number().optional(),
  /** True where nothing had to be done: release or environment was there already. */
  reused: z.boolean().optional(),
});
export type Phase = z.infer<typeof phaseSchema>;

/** Why a plugin does not run: a dead process explains itself. */
export const pluginFailureSchema = z.object({
  code: z.string(),
  stage: z.enum(["fetch", "environment", "configuration", "start", "run", "uninstall"]),
  message: z.string(),
  exitCode: z.number().int().nullish(),
  signal: z.string().nullish(),
  outOfMemory: z.boolean().optional(),
  livedMs: z.number().optional(),
  stderrTail: z.string().optional(),
  /** Failures in a row. */
  attempt: z.number().int().optional(),
  /** Absent where trying again makes no sense before something changes. */
  nextAttemptAt: z.iso.datetime().optional(),
  at: z.iso.datetime(),
});
export type PluginFailure = z.infer<typeof pluginFailureSchema>;

/** Which release of the SDK was chosen for a plugin, and why. */
export const sdkChoiceSchema = z.object({
  release: z.string(),
  reason: z.string(),
  warnings: z.array(z.string()).default([]),
});
export type SdkChoice = z.infer<typeof sdkChoiceSchema>;

export const instanceReportSchema = z.object({
  pid: z.number().int(),
  port: z.number().int().optional(),
  state: z.enum(["starting", "ready", "draining", "stopped"]),
  startedAt: z.iso.datetime(),
  /** The warm spare: it gets no calls before it takes another one's place. */
  spare: z.boolean().optional(),
});

/** One release of a plugin that a server has on disk. */
export const keptReleaseSchema = z.object({
  /** sha256 of its file tree. */
  release: z.string(),
  /** `next`: fetched, and not ready yet. `current`: runs, or ran last. `kept`: ran before, for the way back. */
  state: z.enum(["next", "current", "kept"]),
  version: z.string().optional(),
  commit: z.string().optional(),
  /** What it was fetched from, without secrets and pins. */
  source: sourceSchema.optional(),
  /** Who signed it, of a marketplace's plugin. */
  signature: releaseSignatureSchema.optional(),
  /** Of its files, without the environment. */
  bytes: z.number().int().optional(),
  fetchedAt: z.iso.datetime().optional(),
});
export type KeptRelease = z.infer<typeof keptReleaseSchema>;

/** All that a plugin server knows of one plugin. */
export const pluginReportSchema = z.object({
  id: z.uuid(),
  /** From the manifest; absent before the plugin's first fetch. */
  name: z.string().optional(),
  version: z.string().optional(),
  status: statusSchema,
  /** Grows by one with each report of this plugin by this server life; out of order and repeated ones are dropped. */
  sequence: z.number().int(),
  generation: z.number().int(),
  /** The generation that what runs now was made from. */
  observedGeneration: z.number().int(),
  conditions: z.array(conditionSchema),
  phases: z.array(phaseSchema).default([]),
  failure: pluginFailureSchema.optional(),
  /** Configuration problems in the plugin's own words, with `missing_config`. */
  configProblems: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
  /** sha256 of the release's file tree. */
  release: z.string().optional(),
  /** The Git commit that was fetched, where the source is a repository. */
  commit: z.string().optional(),
  /** Who signed the release, of a marketplace's plugin. */
  signature: releaseSignatureSchema.optional(),
  /** What the server has on disk, newest first. */
  releases: z.array(keptReleaseSchema).optional(),
  environment: z.string().optional(),
  /** Version of the interpreter that runs it: one of the two. */
  python: z.string().optional(),
  node: z.string().optional(),
  engine: z.string().optional(),
  transport: z.enum(["http", "stdio"]).optional(),
  sdk: sdkChoiceSchema.optional(),
  isolation: z.string().optional(),
  /** Why its processes are not kept apart more strictly, and what to do; absent at the highest level. */
  isolationMissing: z.string().optional(),
  instances: z.array(instanceReportSchema).default([]),
  restarts: z.number().int().default(0),
  manifest: manifestSchema.optional(),
  updatedAt: z.iso.datetime(),
});
export type PluginReport = z.infer<typeof pluginReportSchema>;
export type InstanceReport = z.infer<typeof instanceReportSchema>;
