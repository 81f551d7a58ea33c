import { tellResting } from "./idle.ts";
import { drainInBackground, takeOutAll } from "./remove-steps.ts";
import type { StepContext } from "./step-context.ts";

/** Idle: the last process ends; the plugin is `running` to callers, and their next call starts one. */
export async function restStep(context: StepContext): Promise<void> {
  const { state, wanted, route, save } = context;
  const old = takeOutAll(state);
  state.resting = true;
  state.record.restingWith = wanted.configKey;
  state.lastCall = undefined;
  tellResting(state);
  route();
  for (const instance of old) drainInBackground(context, instance);
  await save();
}
