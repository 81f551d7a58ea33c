import type { Instance } from "../instances/instance.ts";
import type { Parts } from "./parts.ts";
import type { PluginState } from "./plugin-state.ts";

/** Failed probes in a row after which a process that is not even busy is ended. */
const maxFailedProbes = 3;
const probeTimeoutMs = 5_000;

/** Looks whether processes still answer. One that does not is ended; what follows is a crash like any other. */
export class Probes {
  readonly #parts: Pick<Parts, "logger" | "logOf">;
  readonly #failed = new WeakMap<Instance, number>();

  constructor(parts: Pick<Parts, "logger" | "logOf">) {
    this.#parts = parts;
  }

  async probe(state: PluginState, instance: Instance, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]);
    const alive = await instance.alive(limit).catch(() => false);
    if (signal.aborted) return;
    const failed = alive ? 0 : (this.#failed.get(instance) ?? 0) + 1;
    this.#failed.set(instance, failed);
    if (failed < maxFailedProbes) return;
    const text = `The plugin's process ${instance.pid} answered none of ${failed} probes; it is ended and started again.`;
    this.#parts.logger.warn(
      { pluginId: state.id, instancePid: instance.pid, failed },
      "a process answers no probes",
    );
    this.#parts.logOf(state.id).write({ at: new Date(), stream: "server", text });
    await instance.stop({ drainMs: 0 });
  }
}
