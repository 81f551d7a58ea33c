import { type TreeUsage, usageOfTrees } from "./process-usage.ts";

/** What one plugin's processes use, all instances together. */
export interface PluginUsage {
  processes: number;
  rssBytes: number;
  /** Since the server's start; never falls, though processes end. */
  cpuSeconds: number;
}

/** Scrapes that follow each other closer than this share one look. */
const freshMs = 1_000;

/**
 * Follows what plugins use. Processor time is summed up from look to look, so that a restart does not make it fall; what
 * a process used between the last look and its end is not seen.
 */
export class UsageLog {
  readonly #used = new Map<string, { seen: ReadonlyMap<string, number>; cpuSeconds: number }>();
  #last: { atMs: number; usage: Map<string, PluginUsage> } | undefined;

  /** By plugin; `instances` are the pids of each plugin's processes now. */
  look(instances: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, PluginUsage> {
    const now = performance.now();
    if (this.#last && now - this.#last.atMs < freshMs) return this.#last.usage;
    const trees = usageOfTrees([...instances.values()].flat());
    for (const id of this.#used.keys()) if (!instances.has(id)) this.#used.delete(id);
    const usage = new Map(
      [...instances].map(([id, pids]) => [
        id,
        this.#add(
          id,
          pids.flatMap((pid) => trees.get(pid) ?? []),
        ),
      ]),
    );
    this.#last = { atMs: now, usage };
    return usage;
  }

  #add(id: string, trees: readonly TreeUsage[]): PluginUsage {
    const before = this.#used.get(id);
    const seen = new Map(trees.flatMap(({ cpuSeconds }) => [...cpuSeconds]));
    let cpuSeconds = before?.cpuSeconds ?? 0;
    for (const [key, used] of seen) cpuSeconds += Math.max(0, used - (before?.seen.get(key) ?? 0));
    this.#used.set(id, { seen, cpuSeconds });
    return {
      processes: trees.reduce((count, tree) => count + tree.processes, 0),
      rssBytes: trees.reduce((bytes, tree) => bytes + tree.rssBytes, 0),
      cpuSeconds,
    };
  }
}
