import { NoxusError } from "@noxus/contracts";
import { plugins, type Queries } from "@noxus/database";
import { and, eq, isNull, ne, sql } from "@noxus/database/sql";
import type { PluginRow } from "./plugin-row.ts";

/**
 * Whether the plugin's manifest has a name that another installed plugin had first. A plugin takes its manifest's name
 * as soon as that is known; one that could not keeps its old name, and this is how it is told.
 */
export function isNameTaken({ manifest, name }: Pick<PluginRow, "manifest" | "name">): boolean {
  return manifest !== null && manifest.name !== name;
}

/** The other installed plugin of this name. */
export async function ownerOfName(db: Queries, name: string, notId?: string): Promise<PluginRow | undefined> {
  const others = notId === undefined ? undefined : ne(plugins.id, notId);
  const [row] = await db
    .select()
    .from(plugins)
    .where(and(eq(plugins.name, name), isNull(plugins.deletedAt), others));
  return row;
}

export function nameTaken(name: string): NoxusError {
  return new NoxusError(
    "plugin_name_taken",
    `A plugin named "${name}" is installed already. Uninstall it first, or change its source instead (PATCH /v1/plugins/${encodeURIComponent(name)}).`,
    { data: { name } },
  );
}

/** A name became free: the first plugin that has been waiting for it takes it, and is wanted again. */
export async function giveNameAway(tx: Queries, name: string): Promise<void> {
  const [next] = await tx
    .select({ id: plugins.id })
    .from(plugins)
    .where(
      and(isNull(plugins.deletedAt), ne(plugins.name, name), sql`${plugins.manifest}->>'name' = ${name}`),
    )
    .orderBy(plugins.createdAt)
    .limit(1);
  if (!next) return;
  await tx
    .update(plugins)
    .set({ name, generation: sql`${plugins.generation} + 1` })
    .where(eq(plugins.id, next.id));
}
