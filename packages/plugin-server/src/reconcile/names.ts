import { NoxusError } from "@noxus/contracts";

/** Which plugin has which name. The first that takes a name keeps it until it is uninstalled. */
export class PluginNames {
  readonly #owners = new Map<string, string>();

  /**
   * Takes the name for the plugin and lets go of the one it had.
   *
   * @throws NoxusError `plugin_name_taken`, naming the other plugin's id.
   */
  take(name: string, id: string): void {
    const owner = this.#owners.get(name);
    if (owner === id) return;
    if (owner !== undefined)
      throw new NoxusError(
        "plugin_name_taken",
        `Another installed plugin (${owner}) is named "${name}". Uninstall that one, or rename this one in its manifest.`,
        { data: { name, otherPluginId: owner } },
      );
    this.free(id);
    this.#owners.set(name, id);
  }

  /** The plugin's name is free again; gives it where there was one. */
  free(id: string): string | undefined {
    const name = this.nameOf(id);
    if (name !== undefined) this.#owners.delete(name);
    return name;
  }

  idOf(name: string): string | undefined {
    return this.#owners.get(name);
  }

  nameOf(id: string): string | undefined {
    for (const [name, owner] of this.#owners) if (owner === id) return name;
    return undefined;
  }
}
