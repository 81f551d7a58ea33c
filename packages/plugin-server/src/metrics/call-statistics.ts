import { DurationHistogram } from "@noxus/service";
import type { CallKind } from "../instances/instance.ts";

/**
 * How a call ended, as metrics tell it apart:
 *
 * - `ok`: the plugin answered, with a status below 400
 * - `plugin_error`: the plugin answered with an error of its own
 * - `refused`: it never reached the plugin (queue full, not running, configuration missing, switched off)
 * - `failed`: the plugin ended or broke the protocol meanwhile
 * - `deadline`: its deadline passed
 * - `cancelled`: the caller went away
 */
export type CallOutcome = "ok" | "plugin_error" | "refused" | "failed" | "deadline" | "cancelled";

/** The calls of one kind to one plugin. */
export interface KindStatistics {
  outcomes: Partial<Record<CallOutcome, number>>;
  /** Of the calls that the plugin answered. */
  durations: DurationHistogram;
}

/** What the calls to each plugin came to, counted on the way of every call and read by metrics alone. */
export class CallStatistics {
  readonly #plugins = new Map<string, Map<CallKind, KindStatistics>>();

  count(pluginId: string, kind: CallKind, outcome: CallOutcome, durationMs: number): void {
    const statistics = this.#of(pluginId, kind);
    statistics.outcomes[outcome] = (statistics.outcomes[outcome] ?? 0) + 1;
    if (outcome === "ok" || outcome === "plugin_error") statistics.durations.observe(durationMs);
  }

  /** By kind, for one plugin; empty where it was never called. */
  of(pluginId: string): ReadonlyMap<CallKind, KindStatistics> {
    return this.#plugins.get(pluginId) ?? new Map();
  }

  /** Forgets the plugins that are not among these. */
  keepOnly(pluginIds: ReadonlySet<string>): void {
    for (const id of this.#plugins.keys()) if (!pluginIds.has(id)) this.#plugins.delete(id);
  }

  #of(pluginId: string, kind: CallKind): KindStatistics {
    const kinds = this.#plugins.get(pluginId) ?? new Map<CallKind, KindStatistics>();
    this.#plugins.set(pluginId, kinds);
    const statistics = kinds.get(kind) ?? { outcomes: {}, durations: new DurationHistogram() };
    kinds.set(kind, statistics);
    return statistics;
  }
}
