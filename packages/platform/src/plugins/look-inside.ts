import { type PluginPreview, type Source, sourcePreviewSchema } from "@noxus/contracts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { askAnyServer } from "./ask-any-server.ts";
import { installedByName } from "./installed-by-name.ts";

/**
 * What a source holds: a plugin server fetches it, reads its files and removes them again.
 *
 * @throws NoxusError as its fetch would end, `plugin_server_unavailable`
 */
export async function lookInside(
  source: Source,
  deps: PlatformDependencies,
  signal: AbortSignal,
): Promise<PluginPreview> {
  const asked = { method: "POST", path: "/sources/preview", body: { source }, signal } as const;
  const preview = await askAnyServer(deps, asked, sourcePreviewSchema);
  const named = await installedByName(deps.database.db);
  return { ...preview, installed: preview.name === null ? [] : named(preview.name) };
}
