import { z } from "zod";
import { pluginFailureSchema, statusSchema } from "../server/status.ts";

/** What happened to a plugin: what somebody asked for, or (`status`) what a plugin server reported. */
export const pluginHappeningSchema = z.object({
  /** Grows with time, over all plugins. */
  id: z.number().int(),
  at: z.iso.datetime(),
  /** The same thing again and again is told once: how often, and since when. */
  times: z.number().int(),
  since: z.iso.datetime(),
  type: z.enum([
    "installed",
    "changed",
    "reload",
    "retry",
    "rollback",
    "update",
    "status",
    "uninstalling",
    "uninstalled",
  ]),
  /** Of `changed`: `source`, `enabled`, `config.<field>`, `settings.<name>`. */
  changed: z.array(z.string()).optional(),
  /** Of `status`: which plugin server said so. */
  serverId: z.uuid().optional(),
  status: statusSchema.optional(),
  version: z.string().optional(),
  /** The Git commit that was fetched. */
  commit: z.string().optional(),
  /** sha256 of the release's file tree. */
  release: z.string().optional(),
  /** Where `status` is `running`: of what was to take the place of what runs. */
  failure: pluginFailureSchema.optional(),
  /** With `missing_config`, in the plugin's own words. */
  configProblems: z.array(z.string()).optional(),
});
export type PluginHappening = z.infer<typeof pluginHappeningSchema>;

/** Query of `GET /v1/plugins/{id}/history`. */
export const pluginHistoryQuerySchema = z.object({
  before: z.coerce.number().int().min(1).optional().describe("Only what has a smaller id."),
  size: z.coerce.number().int().min(1).max(200).default(50),
});

/** Answer of `GET /v1/plugins/{id}/history`, newest first. */
export const pluginHistorySchema = z.object({
  items: z.array(pluginHappeningSchema),
  /** For `before` of the next page; null where nothing older is kept. */
  next: z.number().int().nullable(),
});
export type PluginHistory = z.infer<typeof pluginHistorySchema>;
