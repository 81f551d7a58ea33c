import type { Parts } from "./parts.ts";
import type { Built, PluginRecord } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";

type GarbageParts = Pick<Parts, "releases" | "engines" | "listLogs" | "removeLog" | "logger">;

/**
 * Removes releases and environments that no plugin uses, and logs of plugins that are gone: a server killed amid an
 * uninstall leaves one, a process that ends late writes one anew. The releases that a plugin ran before are kept for the way
 * back, as many as asked for; what only a draining process uses is kept until that has ended. Never while something is being
 * installed: between its arrival on disk and its record it would look unused.
 */
export class Garbage {
  readonly #parts: GarbageParts;
  readonly #states: () => readonly PluginState[];
  #installing = 0;
  #wanted = false;
  #collecting: Promise<void> = Promise.resolve();

  constructor(parts: GarbageParts, states: () => readonly PluginState[]) {
    this.#parts = parts;
    this.#states = states;
  }

  /** Something may have become unused; it is removed as soon as nothing is being installed. */
  collect(): void {
    this.#wanted = true;
    this.#collectIfQuiet();
  }

  /** An install; no collecting goes on meanwhile. */
  async during<T>(install: () => Promise<T>): Promise<T> {
    this.#installing += 1;
    try {
      await this.#collecting;
      return await install();
    } finally {
      this.#installing -= 1;
      this.#collectIfQuiet();
    }
  }

  /** Resolves when a collection that is under way has ended. */
  async settled(): Promise<void> {
    await this.#collecting;
  }

  #collectIfQuiet(): void {
    if (!this.#wanted || this.#installing > 0) return;
    this.#wanted = false;
    this.#collecting = this.#collecting
      .then(() => this.#removeUnused())
      .catch((error: unknown) =>
        this.#parts.logger.warn({ err: error }, "unused files could not be removed"),
      );
  }

  async #removeUnused(): Promise<void> {
    const { releases, engines, logger } = this.#parts;
    const used = usedBy(this.#states());
    for (const hash of await releases.list()) {
      if (used.releases.has(hash)) continue;
      await releases.remove(hash);
      logger.info({ release: hash }, "an unused release was removed");
    }
    for (const engine of engines) {
      const removed = await engine.removeUnused(used.environments);
      if (removed.length > 0) logger.info({ environments: removed }, "unused environments were removed");
    }
    await this.#removeLogs();
  }

  async #removeLogs(): Promise<void> {
    for (const id of await this.#parts.listLogs()) {
      if (this.#states().some((state) => state.id === id)) continue;
      await this.#parts.removeLog(id);
      this.#parts.logger.info({ pluginId: id }, "the log of a plugin that is gone was removed");
    }
  }
}

/** Every release and environment that a record or a process names. */
export function usedBy(states: Iterable<PluginState>): { releases: Set<string>; environments: Set<string> } {
  const releases = new Set<string>();
  const environments = new Set<string>();
  for (const state of states) {
    if (state.record.fetched) releases.add(state.record.fetched.release);
    for (const built of [...recordBuilds(state.record), ...processBuilds(state)]) {
      releases.add(built.release);
      environments.add(built.environment);
    }
  }
  return { releases, environments };
}

function recordBuilds({ prepared, good, earlier }: PluginRecord): Built[] {
  return [prepared, good, ...earlier].filter((built) => built !== undefined);
}

function processBuilds({ serving, others }: PluginState): Built[] {
  return [...serving.map(({ built }) => built), ...others.values()];
}
