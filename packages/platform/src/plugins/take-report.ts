import { isDeepStrictEqual } from "node:util";
import type { Manifest, PluginReport } from "@noxus/contracts";
import { type Database, pluginStates, plugins, type Queries } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import { bumpDesired } from "./desired-list.ts";
import { addPluginEvent } from "./plugin-events.ts";
import { isNameTaken, ownerOfName } from "./plugin-name.ts";
import { configColumns, type PluginRow, readConfig, secretTextsOf } from "./plugin-row.ts";
import { redactReport } from "./redact-report.ts";

export interface ServerSaid {
  serverId: string;
  /** Begin of the server's life that `report.sequence` counts in. */
  startedAt: string;
  report: PluginReport;
}

/**
 * Notes what a plugin server says of one plugin. Reports come by webhook and with heartbeats, so they may be repeated or
 * overtake each other: what is not newer than what is known is dropped.
 *
 * @returns whether it was news.
 */
export async function takeReport({ db }: Database, keyring: Keyring, said: ServerSaid): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(plugins).where(eq(plugins.id, said.report.id)).for("update");
    if (!row) return false;
    const [last] = await tx
      .select()
      .from(pluginStates)
      .where(and(eq(pluginStates.pluginId, row.id), eq(pluginStates.serverId, said.serverId)));
    if (last && !isNewer(said, last)) return false;
    const report = redactReport(said.report, secretTextsOf(row, keyring));
    await storeState(tx, { ...said, report });
    if (!isDeepStrictEqual(last && summaryOf(last.report), summaryOf(report)))
      await addPluginEvent(tx, {
        pluginId: row.id,
        serverId: said.serverId,
        type: "status",
        data: summaryOf(report),
      });
    if (report.manifest && !row.deletedAt) await takeManifest(tx, keyring, row, report.manifest);
    return true;
  });
}

/** A new life of the server counts anew. */
export function isNewer(
  { startedAt, report }: ServerSaid,
  last: { serverStartedAt: Date; sequence: number },
): boolean {
  const life = Date.parse(startedAt) - last.serverStartedAt.getTime();
  return life > 0 || (life === 0 && report.sequence > last.sequence);
}

async function storeState(tx: Queries, { serverId, startedAt, report }: ServerSaid): Promise<void> {
  const values = {
    status: report.status,
    serverStartedAt: new Date(startedAt),
    sequence: report.sequence,
    report,
    updatedAt: sql`now()`,
  };
  await tx
    .insert(pluginStates)
    .values({ pluginId: report.id, serverId, ...values })
    .onConflictDoUpdate({ target: [pluginStates.pluginId, pluginStates.serverId], set: values });
}

/** What a person follows of a report, as JSON knows it. */
function summaryOf(report: PluginReport): Record<string, unknown> {
  const { name, version, commit, release, status, generation, observedGeneration } = report;
  const { phases, failure, configProblems, warnings } = report;
  const summary = {
    name,
    version,
    commit,
    release,
    status,
    generation,
    observedGeneration,
    phases,
    failure,
    configProblems,
    warnings,
  };
  return JSON.parse(JSON.stringify(summary)) as Record<string, unknown>;
}

/** Takes the manifest's name where it is free, and sorts the configuration into secret and not, now that it is known. */
async function takeManifest(
  tx: Queries,
  keyring: Keyring,
  row: PluginRow,
  manifest: Manifest,
): Promise<void> {
  const isOthers = manifest.name !== row.name && (await ownerOfName(tx, manifest.name, row.id)) !== undefined;
  const name = isOthers ? row.name : manifest.name;
  if (name === row.name && isDeepStrictEqual(row.manifest, manifest)) return;
  const changesWanted = isNameTaken(row) !== isNameTaken({ manifest, name });
  await tx
    .update(plugins)
    .set({
      name,
      manifest,
      ...configColumns(readConfig(row, keyring), manifest, keyring),
      ...(changesWanted && { generation: sql`${plugins.generation} + 1` }),
    })
    .where(eq(plugins.id, row.id));
  if (changesWanted) await bumpDesired(tx);
}
