import type { DesiredPlugin } from "@noxus/contracts";
import type { Instance } from "../instances/instance.ts";
import type { PluginNames } from "./names.ts";
import type { Parts } from "./parts.ts";
import type { Wanted } from "./plan.ts";
import type { PluginState } from "./plugin-state.ts";

/** What a step of one plugin works with. `desired` and `wanted` are those that the step was planned for. */
export interface StepContext {
  state: PluginState;
  desired: DesiredPlugin;
  wanted: Wanted;
  parts: Parts;
  names: PluginNames;
  /** Writes the plugin's record to disk. */
  save: () => Promise<void>;
  /** Has the instance's end noticed from now on. */
  watch: (instance: Instance) => void;
  /** Sets the plugin's route to what its state says. */
  route: () => void;
  /** Ends when the server stops, or when the step is not wanted any more. */
  signal: AbortSignal;
}
