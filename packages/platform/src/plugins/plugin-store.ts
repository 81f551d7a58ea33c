import { isDeepStrictEqual } from "node:util";
import {
  type DesiredPlugin,
  NoxusError,
  type PluginSettings,
  pluginSettingsSchema,
  type Source,
} from "@noxus/contracts";
import { type Database, plugins, type Queries } from "@noxus/database";
import { and, eq, isNull, or, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import { suggestion } from "@noxus/workflow";
import { isUuid } from "../files/file-records.ts";
import { bumpDesired } from "./desired-list.ts";
import { type Config, changeConfig } from "./plugin-config.ts";
import { addPluginEvent } from "./plugin-events.ts";
import { giveNameAway, nameTaken, ownerOfName } from "./plugin-name.ts";
import { configColumns, type PluginRow, readConfig, sourceColumns } from "./plugin-row.ts";
import { nameFromSource } from "./plugin-source.ts";

export interface NewPlugin {
  source: Source;
  config: Config;
  settings: PluginSettings;
}

/**
 * Installing is writing the record; plugin servers do the rest.
 *
 * @throws NoxusError `plugin_name_taken`.
 */
export async function installPlugin(
  { db }: Pick<Database, "db">,
  keyring: Keyring,
  { source, config, settings }: NewPlugin,
): Promise<PluginRow> {
  return db.transaction(async (tx) => {
    const name = nameFromSource(source);
    if (await ownerOfName(tx, name)) throw nameTaken(name);
    const [row] = await tx
      .insert(plugins)
      .values({ name, settings, ...sourceColumns(source, keyring), ...configColumns(config, null, keyring) })
      // Two installs of one name at the same moment: the index decides.
      .onConflictDoNothing()
      .returning();
    if (!row) throw nameTaken(name);
    await bumpDesired(tx);
    await addPluginEvent(tx, { pluginId: row.id, type: "installed", data: { generation: row.generation } });
    return row;
  });
}

export interface PluginChange {
  source?: Source | undefined;
  config?: Config | undefined;
  settings?: Partial<DesiredPlugin["settings"]> | undefined;
  enabled?: boolean | undefined;
  /** Start anew, fetching what may have moved. */
  reload?: boolean;
}

/** Changes what is wanted of a plugin: one more generation. An empty change asks servers to try again now. */
export async function changePlugin(
  { db }: Pick<Database, "db">,
  keyring: Keyring,
  { id, type, change }: { id: string; type: string; change: PluginChange },
): Promise<PluginRow> {
  return db.transaction(async (tx) => {
    const row = await lockPlugin(tx, id);
    const [changed] = await tx
      .update(plugins)
      .set({
        ...columnsOf(row, change, keyring),
        generation: sql`${plugins.generation} + 1`,
        updatedAt: sql`now()`,
      })
      .where(eq(plugins.id, id))
      .returning();
    if (!changed) throw new Error("The plugin was not changed.");
    await bumpDesired(tx);
    const what = type === "changed" && { changed: namesOf(row, change) };
    await addPluginEvent(tx, { pluginId: id, type, data: { generation: changed.generation, ...what } });
    return changed;
  });
}

/** What a change touches, by names alone: values may be secret. */
function namesOf(row: PluginRow, { source, config, settings, enabled }: PluginChange) {
  const before = pluginSettingsSchema.parse(row.settings);
  const set = Object.entries(settings ?? {}).filter(
    ([name, value]) => !isDeepStrictEqual(value, before[name as keyof PluginSettings]),
  );
  return [
    ...(source ? ["source"] : []),
    ...(enabled === undefined ? [] : ["enabled"]),
    ...Object.keys(config ?? {}).map((name) => `config.${name}`),
    ...set.map(([name]) => `settings.${name}`),
  ];
}

function columnsOf(
  row: PluginRow,
  { source, config, settings, enabled, reload }: PluginChange,
  keyring: Keyring,
) {
  return {
    ...(source && sourceColumns(source, keyring)),
    ...(config && configColumns(changeConfig(readConfig(row, keyring), config), row.manifest, keyring)),
    ...(settings && { settings: pluginSettingsSchema.parse({ ...row.settings, ...settings }) }),
    ...(enabled !== undefined && { enabled }),
    ...(reload && { reloads: sql`${plugins.reloads} + 1` }),
  };
}

/** Uninstalling begins: the plugin leaves the desired list, its name is free. The record goes when its servers are done. */
export async function beginUninstall({ db }: Pick<Database, "db">, id: string): Promise<PluginRow> {
  return db.transaction(async (tx) => {
    await lockPlugin(tx, id);
    const [row] = await tx
      .update(plugins)
      .set({ deletedAt: sql`now()`, updatedAt: sql`now()` })
      .where(eq(plugins.id, id))
      .returning();
    if (!row) throw new Error("The plugin was not marked.");
    await bumpDesired(tx);
    await addPluginEvent(tx, { pluginId: id, type: "uninstalling", data: { status: "uninstalling" } });
    await giveNameAway(tx, row.name);
    return row;
  });
}

/** The plugin's row, kept from changing until the transaction ends; what happens to one plugin happens in order. */
export async function lockPlugin(tx: Queries, id: string): Promise<PluginRow> {
  const [row] = await tx
    .select()
    .from(plugins)
    .where(and(eq(plugins.id, id), isNull(plugins.deletedAt)))
    .for("update");
  if (!row) throw new NoxusError("plugin_unknown", `The plugin ${id} is not installed (any more).`);
  return row;
}

/**
 * An installed plugin by its id or name; by its id also while it is being uninstalled.
 *
 * @throws NoxusError `plugin_unknown` with the nearest name.
 */
export async function findPlugin(db: Queries, idOrName: string): Promise<PluginRow> {
  const byName = and(eq(plugins.name, idOrName), isNull(plugins.deletedAt));
  const [row] = await db
    .select()
    .from(plugins)
    .where(isUuid(idOrName) ? or(eq(plugins.id, idOrName), byName) : byName);
  if (row) return row;
  const names = (await listPlugins(db)).map(({ name }) => name);
  const hint = suggestion(idOrName, names, "Installed are") || " `noxus plugin list` shows all.";
  throw new NoxusError("plugin_unknown", `No plugin "${idOrName}" is installed.${hint}`);
}

/** Installed plugins, oldest first. */
export async function listPlugins(db: Queries): Promise<PluginRow[]> {
  return db.select().from(plugins).where(isNull(plugins.deletedAt)).orderBy(plugins.createdAt, plugins.id);
}
