import { NoxusError } from "@noxus/contracts";
import { CronExpressionParser } from "cron-parser";

/** When a schedule is due, and what becomes of the times at which nobody could start it. */
export interface Schedule {
  cron: string;
  /** A name of the IANA database. */
  timezone: string;
  /** `skip` them, start `once` for all of them, or `all` of them, up to `maxMissed` newest ones. */
  missed: "skip" | "once" | "all";
  maxMissed: number;
}

/** So late a start still counts as on time: a restart of the platform fits in. */
const graceMs = 60_000;

/**
 * The next time after the given one. Cron is read in the zone's local time: a time that the clock jumps over in spring
 * comes at the end of the jump, one that it shows twice in autumn comes once.
 *
 * @throws NoxusError `invalid_request` where the expression or the zone is none, or no time fulfils it.
 */
export function nextOccurrence({ cron, timezone }: Pick<Schedule, "cron" | "timezone">, after: Date): Date {
  checkZone(timezone);
  try {
    return CronExpressionParser.parse(cron, { tz: timezone, currentDate: after }).next().toDate();
  } catch (cause) {
    throw new NoxusError(
      "invalid_request",
      `Expected a cron expression such as "0 9 * * 1-5" (minute hour day month weekday) that some day fulfils, and got "${cron}": ${(cause as Error).message}.`,
      { cause, fields: [{ path: "definition.cron", message: (cause as Error).message }] },
    );
  }
}

/** The next times, soonest first. @throws NoxusError as `nextOccurrence`. */
export function nextOccurrences(
  schedule: Pick<Schedule, "cron" | "timezone">,
  { after, count }: { after: Date; count: number },
): Date[] {
  const times: Date[] = [];
  while (times.length < count) times.push(nextOccurrence(schedule, times.at(-1) ?? after));
  return times;
}

function checkZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch (cause) {
    throw new NoxusError(
      "invalid_request",
      `Expected a time zone such as "Europe/Lisbon" or "UTC", and got "${timezone}".`,
      { cause, fields: [{ path: "definition.timezone", message: "is no time zone" }] },
    );
  }
}

/** The times for which a run is to be started now, oldest first; `due` is the first that has not been looked at. */
export function occurrencesToStart(schedule: Schedule, { due, now }: { due: Date; now: Date }): Date[] {
  const { missed, maxMissed } = schedule;
  const newest = lastOccurrences(schedule, { due, now, count: missed === "all" ? maxMissed + 1 : 1 });
  const [last] = newest;
  if (!last) return [];
  const isOnTime = now.getTime() - last.getTime() <= graceMs;
  if (missed === "skip" && !isOnTime) return [];
  return newest.slice(0, missed === "all" && !isOnTime ? maxMissed : undefined).reverse();
}

/** Newest first. */
function lastOccurrences(
  { cron, timezone }: Schedule,
  { due, now, count }: { due: Date; now: Date; count: number },
): Date[] {
  const found: Date[] = [];
  const before = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(now.getTime() + 1) });
  while (found.length < count) {
    const one = before.prev().toDate();
    if (one < due) break;
    found.push(one);
  }
  return found;
}
