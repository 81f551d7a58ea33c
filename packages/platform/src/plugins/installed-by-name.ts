import type { PluginPreview } from "@noxus/contracts";
import { plugins, type Queries } from "@noxus/database";
import { isNull } from "@noxus/database/sql";

type InstalledUnderName = PluginPreview["installed"];

/** A function that says which installed plugins have a name; all are read once. */
export async function installedByName(db: Queries): Promise<(name: string) => InstalledUnderName> {
  const { id, name, manifest } = plugins;
  const rows = await db.select({ id, name, manifest }).from(plugins).where(isNull(plugins.deletedAt));
  const installed = rows.map((row) => ({ ...row, version: row.manifest?.version ?? null }));
  return (wanted) =>
    installed.flatMap(({ id, name, version }) => (name === wanted ? [{ id, name, version }] : []));
}
