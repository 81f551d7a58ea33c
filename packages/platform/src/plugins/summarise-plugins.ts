import type { PluginState, PluginSummary, Status } from "@noxus/contracts";
import { type Database, pluginServers, pluginStates, plugins } from "@noxus/database";
import { and, asc, eq, isNull, sql } from "@noxus/database/sql";
import { containing } from "../http/text-pattern.ts";
import { isAlive } from "../servers/server-store.ts";
import { nameTaken } from "./plugin-name.ts";
import { serverGone } from "./plugin-view.ts";

type Db = Database["db"];

export interface PluginFilter {
  /** A part of the name, the display name or the description, in any case. */
  q: string | undefined;
  /** How old a server's last report may be. */
  staleMs: number;
}

/** Every installed plugin that fits, oldest first: their state is a matter of which servers live, so it cannot be asked of an index. */
export async function summarisePlugins(db: Db, filter: PluginFilter): Promise<PluginSummary[]> {
  return (await readRows(db, filter)).map(toSummary);
}

type Row = Awaited<ReturnType<typeof readRows>>[number];

function readRows(db: Db, { q, staleMs }: PluginFilter) {
  const said = newestSaid(db, staleMs);
  const words = sql`concat_ws(' ', ${plugins.name}, ${plugins.displayName}, ${plugins.description})`;
  return db
    .select({
      id: plugins.id,
      name: plugins.name,
      manifestName: plugins.manifestName,
      displayName: plugins.displayName,
      description: plugins.description,
      version: plugins.version,
      enabled: plugins.enabled,
      source: plugins.source,
      nodeCount: plugins.nodeCount,
      updatedAt: plugins.updatedAt,
      said: {
        status: said.status,
        failure: said.failure,
        configProblem: said.configProblem,
        processes: said.processes,
        alive: said.alive,
        updatedAt: said.updatedAt,
      },
    })
    .from(plugins)
    .leftJoin(said, eq(said.pluginId, plugins.id))
    .where(and(isNull(plugins.deletedAt), q ? sql`${words} ilike ${containing(q)}` : undefined))
    .orderBy(asc(plugins.createdAt), asc(plugins.id));
}

/** Of each plugin the server that speaks for it: one that lives and on which it runs, else the one that spoke last. */
function newestSaid(db: Db, staleMs: number) {
  const alive = sql<boolean>`${isAlive(staleMs)}`;
  return db
    .selectDistinctOn([pluginStates.pluginId], {
      pluginId: pluginStates.pluginId,
      status: pluginStates.status,
      failure: pluginStates.failure,
      configProblem: pluginStates.configProblem,
      processes: pluginStates.processes,
      alive: alive.as("alive"),
      updatedAt: pluginStates.updatedAt,
    })
    .from(pluginStates)
    .innerJoin(pluginServers, eq(pluginServers.id, pluginStates.serverId))
    .orderBy(
      pluginStates.pluginId,
      sql`(2 * (${alive})::int + (${pluginStates.status} = 'running')::int) desc`,
      sql`${pluginStates.updatedAt} desc`,
    )
    .as("said");
}

function toSummary(row: Row): PluginSummary {
  const problem = problemOf(row);
  const { id, name, displayName, description, version, enabled, source, nodeCount, said, updatedAt } = row;
  return {
    id,
    name,
    displayName,
    description,
    version,
    state: stateOf(row, problem),
    enabled,
    source,
    nodeCount: nodeCount ?? 0,
    problem,
    updatedAt: (said?.updatedAt ?? updatedAt).toISOString(),
  };
}

function problemOf({ name, manifestName, said }: Row): PluginSummary["problem"] {
  if (manifestName !== null && manifestName !== name) return wordsOf(nameTaken(manifestName));
  if (!said) return null;
  if (!said.alive) return serverGone;
  if (said.configProblem !== null) return { code: "plugin_missing_config", message: said.configProblem };
  if (!said.failure || said.status === "running") return null;
  return wordsOf(said.failure);
}

function wordsOf({ code, message, nextAttemptAt }: NonNullable<PluginSummary["problem"]>) {
  return { code, message, ...(nextAttemptAt && { nextAttemptAt }) };
}

/** Ways in which a plugin is out of order, whatever its server says of its status. */
const outOfOrder: Record<string, PluginState> = {
  plugins_held: "held",
  plugin_name_taken: "error",
  [serverGone.code]: "error",
};

function stateOf({ enabled, source, said }: Row, problem: PluginSummary["problem"]): PluginState {
  const state = problem && outOfOrder[problem.code];
  if (state) return state;
  if (!enabled && (!said || said.status === "uninstalled")) return "off";
  if (!said) return "installing";
  const sleeps = said.status === "running" && source.type !== "remote" && said.processes === 0;
  return sleeps ? "idle" : (said.status as Status);
}
