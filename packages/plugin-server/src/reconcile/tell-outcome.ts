import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";

/** A plugin that is switched off says so; one that is switched on again is on its way. */
export function tellSwitch(state: PluginState): void {
  const isOff = state.conditions.Running.reason === runningReasons.disabled;
  const { desired, serving } = state;
  if (!desired || serving.length > 0 || isOff === !desired.enabled) return;
  state.setCondition(
    desired.enabled
      ? { type: "Running", status: "unknown", reason: "Pending", message: "The plugin is switched on." }
      : {
          type: "Running",
          status: "false",
          reason: runningReasons.disabled,
          message: "The plugin is switched off.",
        },
  );
}

/** Another try begins: an old failure to run is not the plugin's state any more. */
export function tellTrying(state: PluginState): void {
  if (state.serving.length > 0 || state.conditions.Running.status !== "false") return;
  state.setCondition({
    type: "Running",
    status: "unknown",
    reason: state.record.good ? runningReasons.restarting : "Pending",
    message: "Another try is under way.",
  });
}

/** What runs is what is wanted: failures on the way to something that is not wanted any more are forgotten. */
export function tellSettled(state: PluginState): void {
  if (state.failures.update) {
    delete state.failures.update;
    state.changed();
  }
  for (const type of ["Fetched", "EnvironmentReady"] as const)
    if (state.conditions[type].status === "false")
      state.setCondition({
        type,
        status: "true",
        reason: "Reused",
        message: "What serves is what is wanted.",
      });
}
