import { NoxusError, type PluginReport } from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import { tellResting } from "./idle.ts";
import { PluginNames } from "./names.ts";
import type { PluginRecord, PluginRecords } from "./plugin-record.ts";
import { PluginState } from "./plugin-state.ts";

export interface PluginStatesOptions {
  logger: Logger;
  /** A plugin's state changed; `report` gives it as it is when it is sent. */
  onChange: (pluginId: string, report: () => PluginReport) => void;
}

/** The states of all plugins, by id and by name. */
export class PluginStates {
  readonly names = new PluginNames();
  readonly #options: PluginStatesOptions;
  readonly #states = new Map<string, PluginState>();
  /** Last report numbers of plugins that are gone: one that comes back under its id counts on. */
  readonly #lastSequences = new Map<string, number>();

  constructor(options: PluginStatesOptions) {
    this.#options = options;
  }

  /** Makes states of the records on disk; names go to those that had them first. */
  async load(records: PluginRecords): Promise<void> {
    const all = await records.load((file, error) =>
      this.#options.logger.warn(
        { file, err: error },
        "a plugin's record is damaged; the plugin is installed anew",
      ),
    );
    all.sort((a, b) => (a.namedAt ?? "").localeCompare(b.namedAt ?? ""));
    for (const record of all) {
      const state = this.#add(record.id, record);
      if (record.name !== undefined && this.names.idOf(record.name) === undefined)
        this.names.take(record.name, record.id);
      if (record.fetched && record.prepared) tellReused(state);
      if (state.resting) tellResting(state);
    }
  }

  get(id: string): PluginState | undefined {
    return this.#states.get(id);
  }

  getOrAdd(id: string): PluginState {
    return this.#states.get(id) ?? this.#add(id);
  }

  get ids(): string[] {
    return [...this.#states.keys()];
  }

  all(): PluginState[] {
    return [...this.#states.values()];
  }

  /** Nothing is left of the plugin; its name is free. */
  forget(state: PluginState): void {
    this.names.free(state.id);
    this.#states.delete(state.id);
    // Its last word is still to be told, under the next number.
    this.#lastSequences.set(state.id, state.sequence + 1);
  }

  /** One plugin by id or name. @throws NoxusError `plugin_unknown` with the names that there are. */
  find(idOrName: string): PluginState {
    const state = this.#states.get(idOrName) ?? this.#states.get(this.names.idOf(idOrName) ?? "");
    if (state) return state;
    const installed = this.all()
      .map(({ record, id }) => record.name ?? id)
      .sort();
    const known = installed.length > 0 ? `Installed are: ${installed.join(", ")}.` : "None is installed.";
    throw new NoxusError("plugin_unknown", `No plugin has the id or name "${idOrName}". ${known}`, {
      data: { installed },
    });
  }

  #add(id: string, record?: PluginRecord): PluginState {
    const { logger, onChange } = this.#options;
    const state = new PluginState(id, record, {
      logger: logger.child({ pluginId: id }),
      onChange: (changed) => onChange(id, () => changed.report()),
      lastSequence: this.#lastSequences.get(id) ?? 0,
    });
    this.#states.set(id, state);
    return state;
  }
}

/** After a restart of the server everything is there already: the phases say so. */
function tellReused(state: PluginState): void {
  for (const phase of ["fetch", "environment"] as const) {
    state.beginPhase(phase);
    state.endPhase(phase, { reused: true });
  }
  for (const type of ["Fetched", "EnvironmentReady"] as const)
    state.setCondition({ type, status: "true", reason: "Reused", message: "It was on disk already." });
}
