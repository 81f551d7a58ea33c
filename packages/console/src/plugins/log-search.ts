import { levelOf } from "./log-level.ts";
import type { LogLine } from "./log-stream.ts";
import { isOfCall, type LoggedCall } from "./of-call.ts";

/** Times back from now, as the address names them; ms. */
export const logTimes = { "5m": 300_000, "15m": 900_000, "1h": 3_600_000, "24h": 86_400_000 } as const;
export type LogTime = keyof typeof logTimes;

/** What of a log a person wants to see; all of it stands in the address. */
export interface LogSearch extends LoggedCall {
  /** In the line's text, in any case. */
  q?: string | undefined;
  level?: "problems" | undefined;
  since?: LogTime | undefined;
}

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  return {
    q: text(search.q),
    level: search.level === "problems" ? "problems" : undefined,
    since: (Object.keys(logTimes) as LogTime[]).find((word) => word === search.since),
    run: text(search.run),
    node: text(search.node),
    from: text(search.from),
    until: text(search.until),
  };
}

/** Whether anything but the newest lines is asked for. */
export function isNarrowed({ q, level, since, run }: LogSearch): boolean {
  return [q, level, since, run].some((part) => part !== undefined);
}

/** Whether a line is of the call, has the text, is loud and new enough. `now`: ms since the epoch. */
export function isWanted(line: Omit<LogLine, "number">, search: LogSearch, now: number): boolean {
  const { q, level, since } = search;
  if (q !== undefined && !line.text.toLowerCase().includes(q.toLowerCase())) return false;
  if (level === "problems" && levelOf(line) === undefined) return false;
  if (since !== undefined && Date.parse(line.at) < now - logTimes[since]) return false;
  return isOfCall(line, search);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
