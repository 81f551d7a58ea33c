import { notify, pluginEvents, type Queries } from "@noxus/database";
import { and, asc, eq, gt } from "@noxus/database/sql";

export type PluginEventRow = typeof pluginEvents.$inferSelect;

/** Payload: a plugin's id. A hint that its events have grown. */
export const pluginEventsChannel = "noxus_plugin_events";

export interface NewPluginEvent {
  pluginId: string;
  serverId?: string;
  type: string;
  data: Record<string, unknown>;
}

/** Writes down what happened, in the transaction in which it does, with the plugin's row locked: ids follow its order. */
export async function addPluginEvent(tx: Queries, event: NewPluginEvent): Promise<void> {
  await tx.insert(pluginEvents).values(event);
  await notify(tx, pluginEventsChannel, event.pluginId);
}

/** Events after the given id, oldest first. */
export async function eventsAfter(
  db: Queries,
  pluginId: string,
  id: number,
  limit = 100,
): Promise<PluginEventRow[]> {
  return db
    .select()
    .from(pluginEvents)
    .where(and(eq(pluginEvents.pluginId, pluginId), gt(pluginEvents.id, id)))
    .orderBy(asc(pluginEvents.id))
    .limit(limit);
}
