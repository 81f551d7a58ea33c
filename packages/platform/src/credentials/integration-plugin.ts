import { NoxusError } from "@noxus/contracts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import type { PluginRow } from "../plugins/plugin-row.ts";
import { listPlugins } from "../plugins/plugin-store.ts";

/** The installed plugin that brings the integration. @throws NoxusError `plugin_unknown` */
export async function integrationPlugin(
  integration: string,
  { database }: Pick<PlatformDependencies, "database">,
): Promise<PluginRow> {
  const plugins = await listPlugins(database.db);
  const plugin = plugins.find(({ manifest }) =>
    manifest?.integrations?.some(({ type }) => type === integration),
  );
  if (plugin) return plugin;
  throw new NoxusError(
    "plugin_unknown",
    `No installed plugin has the integration "${integration}". Install the one that does, then try again.`,
  );
}
