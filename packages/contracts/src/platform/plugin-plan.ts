import { z } from "zod";

/** What plugin servers would do next, said without doing it. */
export const pluginPlanSchema = z.object({
  dry_run: z.literal(true),
  steps: z.array(
    z.object({
      /** The plugin server that would take the step. */
      server: z.string(),
      plugin_id: z.string(),
      /** Null where the plugin is not installed yet. */
      plugin: z.string().nullable(),
      /** As `fetch`, `replace`, `uninstall`, or `nothing`; others follow it. */
      do: z.string(),
      why: z.string(),
      /** When, where it would wait. */
      at: z.iso.datetime().nullable(),
    }),
  ),
});
export type PluginPlan = z.infer<typeof pluginPlanSchema>;
