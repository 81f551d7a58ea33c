import type { PluginHappening, PluginHistory } from "@noxus/contracts";
import { pluginEvents, type Queries } from "@noxus/database";
import { and, desc, eq, lt, not, sql } from "@noxus/database/sql";
import type { PluginEventRow } from "./plugin-events.ts";

export interface HistoryPlace {
  pluginId: string;
  /** Only what has a smaller id. */
  before?: number | undefined;
  size: number;
}

/** What happened to a plugin, newest first; what a server says again and again is told once, as it was last. */
export async function readHistory(
  db: Queries,
  { pluginId, before, size }: HistoryPlace,
): Promise<PluginHistory> {
  const told = toldOnce(db, pluginId);
  const rows = await db
    .select({ event: pluginEvents, times: told.times, since: told.since })
    .from(told)
    .innerJoin(pluginEvents, eq(pluginEvents.id, told.id))
    .where(before === undefined ? undefined : lt(told.id, before))
    .orderBy(desc(told.id))
    .limit(size + 1);
  const items = rows.slice(0, size).map(toHappening);
  return { items, next: rows.length > size ? (items.at(-1)?.id ?? null) : null };
}

const { id, serverId, type, data, at } = pluginEvents;

/** What an event says: of a failure how it ended, since its message tells times; what somebody asks for is always new. */
const says = sql<string>`case
  when ${type} <> 'status' then ${id}::text
  when ${data} -> 'failure' is not null then concat_ws(' ', 'failed',
    ${data} #>> '{failure,code}', ${data} #>> '{failure,stage}', ${data} #>> '{failure,exitCode}', ${data} #>> '{failure,signal}')
  else concat_ws(' ', ${data} ->> 'status', ${data} ->> 'version', ${data} ->> 'release', ${data} ->> 'configProblems') end`;

/** Tells one start or failure from the next; a server may report of each several times. */
const turn = sql<string>`coalesce(${data} #>> '{failure,at}', ${data} #>> '{phases,-1,startedAt}', '')`;

/** The newest event of each group of neighbours that say the same. */
function toldOnce(db: Queries, pluginId: string) {
  const groups = groupsOf(db, pluginId);
  return db
    .select({
      id: sql<number>`max(${groups.id})`.mapWith(Number).as("newest"),
      times: sql<number>`count(distinct ${groups.turn})`.mapWith(Number).as("times"),
      since: sql<Date>`min(${groups.at})`.mapWith(at).as("since"),
    })
    .from(groups)
    .groupBy(groups.serverId, groups.asked, groups.group)
    .as("told");
}

/** Events with the number of their group: neighbours of one server, between two things that somebody asked for. */
function groupsOf(db: Queries, pluginId: string) {
  const said = saidOf(db, pluginId);
  const neighbours = sql`partition by ${said.serverId}, ${said.asked} order by ${said.id}`;
  const isNew = sql<boolean>`lag(${said.says}) over (${neighbours}) is distinct from ${said.says}`;
  const compared = db
    .select({
      id: said.id,
      serverId: said.serverId,
      at: said.at,
      turn: said.turn,
      asked: said.asked,
      isNew: isNew.as("is_new"),
    })
    .from(said)
    .as("compared");
  const group = sql<number>`count(*) filter (where ${compared.isNew})
    over (partition by ${compared.serverId}, ${compared.asked} order by ${compared.id})`;
  return db
    .select({
      id: compared.id,
      serverId: compared.serverId,
      at: compared.at,
      turn: compared.turn,
      asked: compared.asked,
      group: group.as("group_number"),
    })
    .from(compared)
    .as("groups_of_neighbours");
}

/** On its way to one of the other states, which tell what came of it; or as it was before what was asked for last. */
const isUnderWay = sql`(${type} = 'status' and (${data} ->> 'status' in ('installing', 'uninstalling')
  or (${data} -> 'failure' is null and (${data} ->> 'status' = 'restarting'
    or coalesce((${data} ->> 'observedGeneration')::bigint < (${data} ->> 'generation')::bigint, false)))))`;

/** What each event says, and how much was asked for before it. */
function saidOf(db: Queries, pluginId: string) {
  const asked = sql<number>`count(*) filter (where ${type} <> 'status') over (order by ${id})`;
  return db
    .select({ id, serverId, at, says: says.as("says"), turn: turn.as("turn"), asked: asked.as("asked") })
    .from(pluginEvents)
    .where(and(eq(pluginEvents.pluginId, pluginId), not(isUnderWay)))
    .as("said");
}

function toHappening({
  event: { id, at, type, serverId, data },
  times,
  since,
}: {
  event: PluginEventRow;
  times: number;
  since: Date;
}): PluginHappening {
  const { changed, status, version, commit, release, failure, configProblems } =
    data as Partial<PluginHappening>;
  return {
    id,
    at: at.toISOString(),
    times,
    since: since.toISOString(),
    type: type as PluginHappening["type"],
    ...(serverId && { serverId }),
    ...(changed && { changed }),
    ...(status && { status }),
    ...(version && { version }),
    ...(commit && { commit }),
    ...(release && { release }),
    ...(failure && { failure }),
    ...(configProblems?.length && { configProblems }),
  };
}
