import { type Database, pluginServers, pluginStates, plugins, type Queries } from "@noxus/database";
import { and, eq, isNotNull, sql } from "@noxus/database/sql";
import { isAlive } from "../servers/server-store.ts";
import { desiredRevision } from "./desired-list.ts";
import { addPluginEvent } from "./plugin-events.ts";

type StateRow = typeof pluginStates.$inferSelect;

/**
 * Removes records of plugins that every alive server is done with. A server that is away now learns from the list that
 * it gets when it is back; nobody has to wait for it.
 */
export async function removeUninstalled({ db }: Database, staleMs: number): Promise<void> {
  const leaving = await db.select({ id: plugins.id }).from(plugins).where(isNotNull(plugins.deletedAt));
  for (const { id } of leaving)
    await db.transaction(async (tx) => {
      const [row] = await tx
        .select()
        .from(plugins)
        .where(and(eq(plugins.id, id), isNotNull(plugins.deletedAt)))
        .for("update");
      if (!row || !(await everyServerIsDone(tx, id, staleMs))) return;
      await addPluginEvent(tx, { pluginId: id, type: "uninstalled", data: { status: "uninstalled" } });
      await tx.delete(plugins).where(eq(plugins.id, id));
    });
}

async function everyServerIsDone(tx: Queries, pluginId: string, staleMs: number): Promise<boolean> {
  const revision = await desiredRevision(tx);
  const rows = await tx
    .select({ server: pluginServers, state: pluginStates })
    .from(pluginServers)
    .leftJoin(
      pluginStates,
      and(eq(pluginStates.serverId, pluginServers.id), eq(pluginStates.pluginId, pluginId)),
    )
    .where(isAlive(staleMs));
  // One that never spoke of the plugin may be fetching it still, unless it works on a list without it.
  return rows.every(({ server, state }) => (state ? hasUninstalled(state) : server.revision >= revision));
}

/** A plugin that is switched off is `uninstalled` to callers too; what it left on disk is still there. */
function hasUninstalled({ status, report }: StateRow): boolean {
  const running = report.conditions.find(({ type }) => type === "Running");
  return status === "uninstalled" && running?.reason !== "Disabled";
}

/** The server's whole report does not name these plugins: if they are leaving, it is done with them. */
export async function forgetStatesNotIn(
  db: Queries,
  serverId: string,
  pluginIds: readonly string[],
): Promise<void> {
  await db
    .delete(pluginStates)
    .where(
      and(
        eq(pluginStates.serverId, serverId),
        sql`${pluginStates.pluginId} in (select id from ${plugins} where deleted_at is not null)`,
        sql`${pluginStates.pluginId} <> all(${sql.param([...pluginIds])}::uuid[])`,
      ),
    );
}
