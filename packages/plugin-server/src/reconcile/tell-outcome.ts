import { endRest } from "./idle.ts";
import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";

/** A plugin that is switched off or held says so; one that may run again is on its way. */
export function tellSwitch(state: PluginState): void {
  const { desired, serving, hold } = state;
  if (!desired || serving.length > 0) return;
  const { reason } = state.conditions.Running;
  if (!desired.enabled || hold) endRest(state);
  if (!desired.enabled) tellOff(state, runningReasons.disabled, "The plugin is switched off.");
  else if (hold) tellOff(state, runningReasons.held, `All plugins are held: ${hold.reason}`);
  else if (reason === runningReasons.disabled) tellComing(state, "Pending", "The plugin is switched on.");
  else if (reason === runningReasons.held)
    tellComing(state, state.record.good ? runningReasons.restarting : "Pending", "It is held no more.");
}

function tellOff(state: PluginState, reason: string, message: string): void {
  state.setCondition({ type: "Running", status: "false", reason, message });
}

function tellComing(state: PluginState, reason: string, message: string): void {
  state.setCondition({ type: "Running", status: "unknown", reason, message });
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
