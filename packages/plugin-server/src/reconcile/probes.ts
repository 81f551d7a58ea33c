import type { Instance } from "../instances/instance.ts";
import type { Parts } from "./parts.ts";
import type { PluginState } from "./plugin-state.ts";

/** Failed probes in a row after which a process that is not even busy is ended. */
const maxFailedProbes = 3;
/** For one probe; a healthy plugin answers within milliseconds, a machine in trouble within seconds. */
const defaultTimeoutMs = 5_000;

/** Looks whether processes still answer. One that does not is ended; what follows is a crash like any other. */
export class Probes {
  readonly #parts: Pick<Parts, "logger" | "logOf">;
  readonly #timeoutMs: number;
  readonly #failed = new WeakMap<Instance, number>();
  readonly #underWay = new WeakSet<Instance>();

  constructor(parts: Pick<Parts, "logger" | "logOf">, { timeoutMs = defaultTimeoutMs } = {}) {
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
  }

  /** Does nothing while an earlier probe of the instance waits: one long silence is one failed probe. */
  async probe(state: Pick<PluginState, "id">, instance: Instance, signal: AbortSignal): Promise<void> {
    if (this.#underWay.has(instance)) return;
    this.#underWay.add(instance);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    const alive = await instance.alive(limit).catch(() => false);
    this.#underWay.delete(instance);
    if (!signal.aborted) await this.#judge(state, instance, alive);
  }

  async #judge(state: Pick<PluginState, "id">, instance: Instance, alive: boolean): Promise<void> {
    const failed = alive ? 0 : (this.#failed.get(instance) ?? 0) + 1;
    this.#failed.set(instance, failed);
    if (failed < maxFailedProbes) return;
    const text = `The plugin's process ${instance.pid} answered none of ${failed} probes; it is ended and started again.`;
    this.#parts.logger.warn(
      { pluginId: state.id, instancePid: instance.pid, failed },
      "a process answers no probes",
    );
    this.#parts.logOf(state.id).write({ at: new Date(), stream: "server", text });
    await instance.stop({ drainMs: 0, because: `it answered none of ${failed} probes` });
  }
}
