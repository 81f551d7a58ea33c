import { z } from "zod";
import { holdSchema, pluginSettingsSchema } from "../server/desired.ts";
import { sourceSchema } from "../server/source.ts";
import { pluginReportSchema, statusSchema } from "../server/status.ts";

/** Body of `POST /v1/plugins`. Installing is writing this record; a plugin server does the rest. */
export const pluginInstallSchema = z.object({
  source: sourceSchema,
  config: z.record(z.string(), z.unknown()).default({}),
  settings: pluginSettingsSchema.prefault({}),
});
export type PluginInstall = z.input<typeof pluginInstallSchema>;

/** Body of `PATCH /v1/plugins/{id}`: what is absent stays as it is; a config value of null removes the key. */
export const pluginUpdateSchema = z.object({
  source: sourceSchema.optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  enabled: z.boolean().optional(),
});

/** Body of `POST /v1/plugins/{id}/rollback`, which may be absent. */
export const pluginRollbackSchema = z.object({
  /** The release to go back to (its sha256, or the beginning of it); the one before the present one where absent. */
  release: z
    .string()
    .regex(/^[0-9a-f]{6,64}$/, "must be the first 6 or more digits of a release's sha256")
    .optional(),
});

/** Body of `POST /v1/plugins/{id}/update`, which may be absent: the newest where nothing is named. */
export const pluginTakeUpdateSchema = z.object({
  /** Of a Git source. */
  commit: z.string().min(4).optional(),
  /** Of a marketplace source. */
  version: z.string().min(1).optional(),
});

/** Body of `PUT /v1/plugin-hold`. */
export const pluginHoldInputSchema = z.object({
  reason: z.string().min(1).max(500).default("An operator holds all plugins."),
});

/** Whether all plugins are held, by the platform. */
export const pluginHoldSchema = z.object({ hold: holdSchema.nullable() });
export type PluginHold = z.infer<typeof pluginHoldSchema>;

/** A plugin record with the state that its plugin servers report. Secrets in source and config are never sent back. */
export const pluginSchema = z.object({
  id: z.uuid(),
  /** From the manifest; a name derived from the source until it is known. */
  name: z.string(),
  displayName: z.string().nullish(),
  version: z.string().nullish(),
  description: z.string().nullish(),
  status: statusSchema,
  enabled: z.boolean(),
  generation: z.number().int(),
  source: sourceSchema,
  config: z.record(z.string(), z.unknown()),
  settings: pluginSettingsSchema,
  nodes: z.array(z.string()),
  /** Newest report, from the server that speaks for the plugin; null before any server has taken it up. */
  report: pluginReportSchema.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Plugin = z.infer<typeof pluginSchema>;
