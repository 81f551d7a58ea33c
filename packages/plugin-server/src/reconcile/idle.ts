import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";

/** Something serves, or shall: it is not resting any more. The record follows with its next change. */
export function endRest(state: PluginState): void {
  state.resting = false;
  delete state.record.restingWith;
}

/** Says of a plugin without a process that it runs, and why. */
export function tellResting(state: PluginState): void {
  const message = "No call came for a while, so its process was ended; the next call starts one.";
  state.setCondition({ type: "Running", status: "true", reason: runningReasons.idle, message });
  if (state.conditions.ConfigValid.status !== "unknown") return;
  const valid = "The plugin accepted its configuration before it became idle.";
  state.setCondition({ type: "ConfigValid", status: "true", reason: "Valid", message: valid });
}

/**
 * Notes when calls come, from how many there have been: nothing is done for it on a call's own way. It is noticed at looks
 * only, so a plugin becomes idle up to twice its time after its last call, and never before its time.
 */
export function noteCalls(
  state: PluginState,
  { calls, inFlight, queued }: { calls: number; inFlight: number; queued: number },
  nowMs: number,
): void {
  if (state.serving.length === 0) return;
  const { lastCall } = state;
  if (!lastCall || lastCall.calls !== calls || inFlight + queued > 0) state.lastCall = { atMs: nowMs, calls };
}
