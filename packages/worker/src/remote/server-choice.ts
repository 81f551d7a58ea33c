import type { PluginServer } from "./plugin-route.ts";

/** Chooses among plugin servers, and knows how many calls of this worker each is busy with. */
export class ServerChoice {
  readonly #inFlight = new Map<string, number>();

  /** One on which the plugin runs before others, then the least busy one; undefined where all were tried. */
  choose(servers: readonly PluginServer[], tried: ReadonlySet<string>): PluginServer | undefined {
    return servers
      .filter(({ id, status }) => !tried.has(id) && status !== "uninstalled" && status !== "uninstalling")
      .toSorted(
        (a, b) =>
          Number(b.status === "running") - Number(a.status === "running") || this.#load(a) - this.#load(b),
      )[0];
  }

  async count<T>({ id }: PluginServer, call: () => Promise<T>): Promise<T> {
    this.#inFlight.set(id, (this.#inFlight.get(id) ?? 0) + 1);
    try {
      return await call();
    } finally {
      this.#inFlight.set(id, (this.#inFlight.get(id) ?? 1) - 1);
    }
  }

  /** Our own calls are counted to the moment; a server's own count is as old as its last report, and holds ours too. */
  #load({ id, inFlight }: PluginServer): number {
    return Math.max(this.#inFlight.get(id) ?? 0, 0) * 1000 + inFlight;
  }
}
