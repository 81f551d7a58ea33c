import type { Instance } from "../instances/instance.ts";
import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";
import type { StepContext } from "./step-context.ts";
import { tellSwitch } from "./tell-outcome.ts";

type RemoveContext = Pick<StepContext, "state" | "parts" | "route">;

/** Takes the oldest instance out; its calls end in the background. */
export function drainStep(context: RemoveContext): void {
  const [oldest] = context.state.serving.splice(0, 1);
  context.route();
  if (!oldest) return;
  context.state.others.set(oldest.instance, oldest.built);
  drainInBackground(context, oldest.instance);
}

/** Switched off or held: nothing serves any more, everything on disk stays. */
export function stopStep(context: RemoveContext): void {
  const { state } = context;
  takeOutAll(state);
  tellSwitch(state);
  context.route();
  // Those of former releases too.
  for (const instance of state.others.keys()) drainInBackground(context, instance);
}

/** Ends every process of the plugin. Its record and files are the reconciler's to remove afterwards. */
export async function uninstallStep(context: RemoveContext): Promise<void> {
  const { state } = context;
  state.setCondition({
    type: "Running",
    status: "unknown",
    reason: runningReasons.uninstalling,
    message: "The plugin is being uninstalled.",
  });
  takeOutAll(state);
  context.route();
  const drainMs = drainMsOf(state);
  await Promise.all([...state.others.keys()].map((instance) => instance.stop({ drainMs })));
  state.others.clear();
}

/** Waits for the instance's calls, then ends it; nothing waits for that. */
export function drainInBackground({ state, parts }: Omit<RemoveContext, "route">, instance: Instance): void {
  void instance
    .stop({ drainMs: drainMsOf(state) })
    .catch((error: unknown) =>
      parts.logger.error({ pluginId: state.id, err: error }, "an instance did not stop"),
    )
    .finally(() => {
      state.others.delete(instance);
      state.changed();
    });
}

/** Nothing serves any more, and there is no spare; gives the instances, to be drained. */
export function takeOutAll(state: PluginState): Instance[] {
  const old = state.alive;
  state.serving = [];
  state.spare = undefined;
  for (const { instance, built } of old) state.others.set(instance, built);
  return old.map(({ instance }) => instance);
}

function drainMsOf({ desired, settings }: PluginState): number {
  return (desired?.settings ?? settings)?.drainTimeoutMs ?? 0;
}
