import type { DesiredPlugin } from "@noxus/contracts";
import type { Instance } from "../instances/instance.ts";
import { keptBuild } from "./kept-releases.ts";
import type { Parts } from "./parts.ts";
import type { Built } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";
import { startReady } from "./start-steps.ts";

interface Former {
  state: PluginState;
  starting: Promise<Instance | undefined>;
  /** When it has started. */
  instance?: Instance;
  /** As `performance.now()` tells time. */
  lastAskedAt: number;
}

interface Wish {
  state: PluginState;
  desired: DesiredPlugin;
}

export interface FormerReleasesOptions {
  parts: Parts;
  /** Milliseconds without a call after which such a process ends. */
  idleMs: number;
}

/**
 * Processes of releases that serve no more, for runs that have called them: one for each release, started by the first
 * such call from what is kept on disk. Beside the plugin's life: nothing is planned with them, and where one does not
 * start, the release that serves takes the call.
 */
export class FormerReleases {
  readonly #options: FormerReleasesOptions;
  readonly #formers = new Map<string, Former>();

  constructor(options: FormerReleasesOptions) {
    this.#options = options;
  }

  /** Undefined where the current release is among them, or none of them can run any more. */
  of(state: PluginState, releases: readonly string[]): Promise<Instance | undefined> | undefined {
    const { record, desired } = state;
    if (!desired || record.good === undefined || releases.includes(record.good.release)) return undefined;
    const built = releases.map((release) => keptBuild(record, release)).find((one) => one !== undefined);
    if (!built) return undefined;
    const key = `${state.id} ${built.release}`;
    const former = this.#alive(key) ?? this.#begin(key, { state, desired }, built);
    former.lastAskedAt = performance.now();
    return former.starting;
  }

  /** One that is ending takes no call any more: a call that insisted would never let its end be noticed. */
  #alive(key: string): Former | undefined {
    const former = this.#formers.get(key);
    return former?.instance === undefined || former.instance.state === "ready" ? former : undefined;
  }

  /** Ends those that no call has come to for a while, and those whose plugin does not serve. Called with every tick. */
  endIdle(): void {
    for (const { state, starting, lastAskedAt } of this.#formers.values()) {
      const isIdle = performance.now() - lastAskedAt >= this.#options.idleMs;
      void starting.then((instance) => {
        if (instance && instance.inFlight === 0 && (isIdle || state.serving.length === 0))
          void instance.stop({ drainMs: 0 });
      });
    }
  }

  #begin(key: string, plugin: Wish, built: Built): Former {
    const { state } = plugin;
    const former: Former = {
      state,
      starting: this.#start(plugin, built),
      lastAskedAt: performance.now(),
    };
    this.#formers.set(key, former);
    const forget = () => {
      if (this.#formers.get(key) === former) this.#formers.delete(key);
    };
    void former.starting.then((instance) => {
      if (!instance) return forget();
      former.instance = instance;
      void instance.exited.then(() => {
        forget();
        state.others.delete(instance);
        state.changed();
      });
    });
    return former;
  }

  async #start({ state, desired }: Wish, built: Built): Promise<Instance | undefined> {
    const { parts } = this.#options;
    const { logger, startSlots, lifeSignal: signal } = parts;
    const about = { pluginId: state.id, name: state.record.name, release: built.release };
    try {
      const instance = await startSlots.use(
        () => startReady({ state, desired, parts, signal }, built),
        signal,
      );
      logger.info(about, "a former release is started for a run that has called it");
      return instance;
    } catch (error) {
      logger.warn(
        { ...about, err: error },
        "a former release did not start; the current one takes its calls",
      );
      return undefined;
    }
  }
}
