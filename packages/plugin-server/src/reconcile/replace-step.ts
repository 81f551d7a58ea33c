import type { Wanted } from "./plan.ts";
import { sameBuild } from "./plan.ts";
import type { Built } from "./plugin-record.ts";
import type { PluginState, Serving } from "./plugin-state.ts";
import { drainInBackground } from "./remove-steps.ts";
import { noteObserved, startOne, welcome } from "./start-steps.ts";
import type { StepContext } from "./step-context.ts";

/**
 * Replaces what serves one after the other: a new instance beside them, the switch when it is healthy, one of the old
 * drained, then the next. One more process than wanted is the most that there is. Where one fails, the old ones that are
 * left serve on beside the new, and the next try goes on from there.
 */
export async function replaceStep(context: StepContext, built: Built): Promise<void> {
  const { state, desired, wanted, signal } = context;
  const old = () => state.serving.filter((one) => !isAsWanted(one, built, wanted));
  const count = Math.max(1, Math.min(old().length, desired.settings.replicas));
  for (let started = 1; started <= count; started += 1) {
    signal.throwIfAborted();
    const instance = await startOne(context, built);
    await welcome(context, built, instance, {
      onSwitch() {
        const leaving = started === count ? old() : old().slice(0, 1);
        for (const one of leaving) takeOut(context, one);
        if (started < count) return;
        state.failures = {};
        noteObserved(context);
      },
    });
  }
}

function isAsWanted({ built, reloads, stale }: Serving, wanted: Built, { reloads: asked }: Wanted): boolean {
  return sameBuild(built, wanted) && reloads === asked && !stale;
}

function takeOut(context: StepContext, leaving: Serving): void {
  const { state }: { state: PluginState } = context;
  state.serving = state.serving.filter((one) => one !== leaving);
  state.others.set(leaving.instance, leaving.built);
  drainInBackground(context, leaving.instance);
}
