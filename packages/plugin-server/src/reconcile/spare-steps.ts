import type { Instance } from "../instances/instance.ts";
import { sameBuild } from "./plan.ts";
import type { Built } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";
import { drainInBackground } from "./remove-steps.ts";
import { askManifest, discard, startError, startOne } from "./start-steps.ts";
import type { StepContext } from "./step-context.ts";

/** Starts one more instance, which has answered once, and gets no call before it takes another one's place. */
export async function startSpareStep(context: StepContext, built: Built): Promise<void> {
  const { state, wanted, parts, signal } = context;
  const instance = await startOne(context, built);
  try {
    await askManifest(instance, signal);
  } catch (error) {
    await discard(state, instance);
    throw await startError(error, { parts, built, instance });
  }
  state.spare = { instance, built, reloads: wanted.reloads, stale: false };
  delete state.failures.run;
  context.watch(instance);
  state.changed();
}

/** Ends the spare; nothing waits for it. */
export function dropSpareStep(context: Pick<StepContext, "state" | "parts">): void {
  const { state } = context;
  const { spare } = state;
  state.spare = undefined;
  if (spare) drainInBackground(context, spare.instance);
}

/** An instance that served has ended: a spare like it takes its place at once. Gives whether one did. */
export function promoteSpare(state: PluginState, ended: Built): boolean {
  const { spare } = state;
  if (!spare || !sameBuild(spare.built, ended) || spare.instance.state !== "ready") return false;
  state.spare = undefined;
  state.others.delete(spare.instance);
  state.serving.push(spare);
  return true;
}

/** The spare itself has ended. Gives whether it was the spare. */
export function loseSpare(state: PluginState, instance: Instance): boolean {
  if (state.spare?.instance !== instance) return false;
  state.spare = undefined;
  state.others.delete(instance);
  return true;
}
