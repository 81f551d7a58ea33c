import {
  type Plugin,
  type PluginFailure,
  type PluginReport,
  pluginSettingsSchema,
  type Status,
} from "@noxus/contracts";
import { type Database, pluginServers, pluginStates, plugins, type Queries } from "@noxus/database";
import { eq, inArray, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import type { NodeRegistry } from "@noxus/workflow";
import { isAlive } from "../servers/server-store.ts";
import { maskConfig } from "./plugin-config.ts";
import { isNameTaken, nameTaken } from "./plugin-name.ts";
import { type PluginRow, secretNamesOf } from "./plugin-row.ts";

export interface ViewOptions {
  db: Database["db"];
  keyring: Keyring;
  staleMs: number;
  registry: () => Promise<NodeRegistry>;
}

/** What one server last said of a plugin. */
export interface Said {
  report: PluginReport;
  /** Whether the server is still there. */
  alive: boolean;
  updatedAt: Date;
}

/** Records with the state that speaks for them, and nothing secret. */
export async function viewPlugins(rows: readonly PluginRow[], options: ViewOptions): Promise<Plugin[]> {
  const { fresh, said } = await readTogether(rows, options);
  const registry = await options.registry();
  return fresh.map((row) =>
    toPlugin(row, { said: said.get(row.id) ?? [], registry, keyring: options.keyring }),
  );
}

/**
 * Rows and what servers say of them, as of one moment: read one after the other, a plugin could be seen running
 * without the nodes that it came with in the same report. A row that is gone meanwhile is shown as it was.
 */
async function readTogether(
  rows: readonly PluginRow[],
  { db, staleMs }: ViewOptions,
): Promise<{ fresh: PluginRow[]; said: Map<string, Said[]> }> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return { fresh: [], said: new Map() };
  return db.transaction(
    async (tx) => {
      const now = await tx.select().from(plugins).where(inArray(plugins.id, ids));
      const byId = new Map(now.map((row) => [row.id, row]));
      return { fresh: rows.map((row) => byId.get(row.id) ?? row), said: await readStates(tx, ids, staleMs) };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

export async function viewPlugin(row: PluginRow, options: ViewOptions): Promise<Plugin> {
  const [plugin] = await viewPlugins([row], options);
  if (!plugin) throw new Error("A plugin has no view.");
  return plugin;
}

/** What all servers last said of these plugins. */
export async function readStates(db: Queries, ids: string[], staleMs: number): Promise<Map<string, Said[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      pluginId: pluginStates.pluginId,
      report: pluginStates.report,
      updatedAt: pluginStates.updatedAt,
      alive: sql<boolean>`${isAlive(staleMs)}`,
    })
    .from(pluginStates)
    .innerJoin(pluginServers, eq(pluginServers.id, pluginStates.serverId))
    .where(inArray(pluginStates.pluginId, ids));
  return Map.groupBy(rows, ({ pluginId }) => pluginId);
}

/** The server that speaks for a plugin: one on which it runs, else the one that spoke last. */
export function speakerOf(said: readonly Said[]): Said | undefined {
  const rank = ({ alive, report }: Said) => (alive ? 2 : 0) + (report.status === "running" ? 1 : 0);
  return said.toSorted((a, b) => rank(b) - rank(a) || b.updatedAt.getTime() - a.updatedAt.getTime())[0];
}

function toPlugin(
  row: PluginRow,
  { said, registry, keyring }: { said: Said[]; registry: NodeRegistry; keyring: Keyring },
): Plugin {
  const speaker = speakerOf(said);
  const report = speaker ? judged(row, speaker, registry) : null;
  const manifest = row.manifest;
  return {
    id: row.id,
    name: row.name,
    displayName: manifest?.display_name ?? null,
    version: manifest?.version ?? null,
    description: manifest?.description ?? null,
    status: statusOf(row, report),
    enabled: row.enabled,
    generation: row.generation,
    source: row.source,
    config: maskConfig(row.config, secretNamesOf(row, keyring)),
    settings: pluginSettingsSchema.parse(row.settings),
    nodes: nodeTypesOf(row),
    report,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function statusOf(row: PluginRow, report: PluginReport | null): Status {
  if (row.deletedAt) return "uninstalling";
  if (report) return report.status;
  return row.enabled ? "installing" : "uninstalled";
}

function nodeTypesOf({ manifest }: PluginRow): string[] {
  return [...(manifest?.nodes ?? []), ...(manifest?.nodes_v2 ?? [])].map(({ type }) => type);
}

/** The server's report, with what only the platform knows of the plugin. */
function judged(row: PluginRow, { report, alive }: Said, registry: NodeRegistry): PluginReport {
  const taken = isNameTaken(row) && row.manifest;
  if (taken) return failed({ ...report, generation: row.generation }, nameTaken(taken.name), "configuration");
  const warnings = [...report.warnings, ...shadowedNodes(row, registry)];
  const awake = { ...report, warnings };
  if (alive || row.deletedAt) return awake;
  return failed(awake, serverGone, "run");
}

/** Of a plugin whose servers are all silent. */
export const serverGone = {
  code: "plugin_server_unavailable",
  message: "No plugin server that has this plugin is alive; this is what the last one said.",
};

function failed(
  report: PluginReport,
  { code, message }: { code: string; message: string },
  stage: PluginFailure["stage"],
): PluginReport {
  return { ...report, status: "error", failure: { code, message, stage, at: report.updatedAt } };
}

/** Node types that built-in nodes or an older plugin have: workflows use theirs. */
function shadowedNodes(row: PluginRow, registry: NodeRegistry): string[] {
  return nodeTypesOf(row).flatMap((type) => {
    const owner = registry.find(type);
    if (!owner || owner.plugin?.id === row.id) return [];
    const whose = owner.plugin ? `the plugin "${owner.plugin.name}"` : "a built-in node";
    return [
      `The node type "${type}" belongs to ${whose} already; this plugin's node of that type is not used.`,
    ];
  });
}
