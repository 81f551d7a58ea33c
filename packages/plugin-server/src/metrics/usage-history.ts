import { setTimeout as delay } from "node:timers/promises";
import type { PluginReport, UsagePoint } from "@noxus/contracts";
import type { Forwarder } from "../forward/route.ts";
import type { CallStatistics } from "./call-statistics.ts";
import { UsageLog } from "./usage-log.ts";

export interface UsageHistoryOptions {
  forwarder: Pick<Forwarder, "load">;
  calls: CallStatistics;
  /** Milliseconds between two points. */
  intervalMs: number;
}

/** Points of each plugin that are kept: an hour at 15 s. */
const mostPoints = 240;

/** What a plugin had used in all by one point. */
interface Totals {
  atMs: number;
  cpuSeconds: number;
  calls: number;
  errors: number;
  answered: number;
  answeredMs: number;
}

interface Series {
  points: UsagePoint[];
  totals: Totals;
}

/** What plugins have used over the last hour, for people who look; in memory only. */
export class UsageHistory {
  readonly #options: UsageHistoryOptions;
  readonly #log = new UsageLog();
  readonly #series = new Map<string, Series>();

  constructor(options: UsageHistoryOptions) {
    this.#options = options;
  }

  get intervalMs(): number {
    return this.#options.intervalMs;
  }

  /** Oldest first; empty for a plugin that is not known (yet). */
  of(pluginId: string): readonly UsagePoint[] {
    return this.#series.get(pluginId)?.points ?? [];
  }

  /** Every plugin's newest point. */
  newest(): { id: string; point: UsagePoint }[] {
    return [...this.#series].flatMap(([id, { points }]) => {
      const point = points.at(-1);
      return point ? [{ id, point }] : [];
    });
  }

  /** Takes a point of every plugin, and forgets what is gone, again and again, until the signal ends. */
  async run(reports: () => PluginReport[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.take(reports());
      await delay(this.#options.intervalMs, undefined, { signal }).catch(() => {});
    }
  }

  take(reports: readonly PluginReport[]): void {
    const pids = new Map(reports.map(({ id, instances }) => [id, instances.map(({ pid }) => pid)]));
    const usage = this.#log.look(pids);
    for (const id of this.#series.keys()) if (!pids.has(id)) this.#series.delete(id);
    this.#options.calls.keepOnly(new Set(pids.keys()));
    for (const { id } of reports) {
      const { rssBytes = 0, processes = 0, cpuSeconds = 0 } = usage.get(id) ?? {};
      const totals = { atMs: performance.now(), cpuSeconds, ...this.#callsOf(id) };
      const before = this.#series.get(id);
      const { inFlight } = this.#options.forwarder.load(id);
      const point = { rssBytes, processes, inFlight, ...since(before?.totals, totals) };
      const points = [...(before?.points ?? []), { at: new Date().toISOString(), ...point }];
      this.#series.set(id, { points: points.slice(-mostPoints), totals });
    }
  }

  #callsOf(id: string): Omit<Totals, "atMs" | "cpuSeconds"> {
    const { outcomes = {}, durations } = this.#options.calls.of(id).get("execute") ?? {};
    const calls = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    return {
      calls,
      errors: calls - (outcomes.ok ?? 0),
      answered: durations?.count ?? 0,
      answeredMs: durations?.sumMs ?? 0,
    };
  }
}

/** What came between two points; nothing before the first. */
function since(before: Totals | undefined, now: Totals) {
  if (!before) return { cores: 0, calls: 0, errors: 0, meanMs: null };
  const answered = now.answered - before.answered;
  const seconds = (now.atMs - before.atMs) / 1000;
  return {
    cores: seconds > 0 ? (now.cpuSeconds - before.cpuSeconds) / seconds : 0,
    calls: now.calls - before.calls,
    errors: now.errors - before.errors,
    meanMs: answered > 0 ? (now.answeredMs - before.answeredMs) / answered : null,
  };
}
