import type { PluginHappening, PluginHistory } from "@noxus/contracts";
import { pluginEvents, type Queries } from "@noxus/database";
import { and, desc, eq, lt, sql } from "@noxus/database/sql";
import type { PluginEventRow } from "./plugin-events.ts";

export interface HistoryPlace {
  pluginId: string;
  /** Only what has a smaller id. */
  before?: number | undefined;
  size: number;
}

/** What happened to a plugin, newest first. Of reports only those that say something else than the one before. */
export async function readHistory(
  db: Queries,
  { pluginId, before, size }: HistoryPlace,
): Promise<PluginHistory> {
  const told = toldEvents(db, pluginId);
  const rows = await db
    .select({ event: pluginEvents })
    .from(told)
    .innerJoin(pluginEvents, eq(pluginEvents.id, told.id))
    .where(
      and(
        sql`${told.says} is distinct from ${told.saidBefore}`,
        before === undefined ? undefined : lt(told.id, before),
      ),
    )
    .orderBy(desc(told.id))
    .limit(size + 1);
  const items = rows.slice(0, size).map(({ event }) => toHappening(event));
  return { items, next: rows.length > size ? (items.at(-1)?.id ?? null) : null };
}

/**
 * Events with what each says, and what the same server said before it. A start under way is left out: it ends in one of
 * the others. Whoever asks for something says something new each time.
 */
function toldEvents(db: Queries, pluginId: string) {
  const { id, serverId, type, data } = pluginEvents;
  const says = sql<string>`case
    when ${type} <> 'status' then ${id}::text
    when ${data} ->> 'status' <> 'running' and ${data} #>> '{failure,at}' is not null then ${data} #>> '{failure,at}'
    else concat_ws(' ', ${data} ->> 'status', ${data} ->> 'version', ${data} ->> 'release', ${data} ->> 'configProblems',
      ${data} ->> 'observedGeneration', ${data} #>> '{phases,-1,startedAt}') end`;
  return db
    .select({
      id,
      says: says.as("says"),
      saidBefore: sql<string>`lag(${says}) over (partition by ${serverId} order by ${id})`.as("said_before"),
    })
    .from(pluginEvents)
    .where(
      and(
        eq(pluginEvents.pluginId, pluginId),
        sql`(${type} <> 'status' or ${data} ->> 'status' <> 'installing')`,
      ),
    )
    .as("told");
}

function toHappening({ id, at, type, serverId, data }: PluginEventRow): PluginHappening {
  const { changed, status, version, commit, release, failure, configProblems } =
    data as Partial<PluginHappening>;
  return {
    id,
    at: at.toISOString(),
    type: type as PluginHappening["type"],
    ...(serverId && { serverId }),
    ...(changed && { changed }),
    ...(status && { status }),
    ...(version && { version }),
    ...(commit && { commit }),
    ...(release && { release }),
    ...(failure && status !== "running" && { failure }),
    ...(configProblems?.length && { configProblems }),
  };
}
