import type { Instance } from "../instances/instance.ts";
import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";
import type { StepContext } from "./step-context.ts";
import { tellSwitch } from "./tell-outcome.ts";

type RemoveContext = Pick<StepContext, "state" | "parts" | "route">;

/** Takes the newest instance out; its calls end in the background. */
export function drainStep(context: RemoveContext): void {
  const [last] = context.state.serving.splice(-1);
  context.route();
  if (!last) return;
  context.state.others.set(last.instance, last.built);
  drainInBackground(context, last.instance);
}

/** Switched off or held: nothing serves any more, everything on disk stays. */
export function stopStep(context: RemoveContext): void {
  const { state } = context;
  const old = takeOut(state);
  tellSwitch(state);
  context.route();
  for (const instance of old) drainInBackground(context, instance);
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
  takeOut(state);
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

function takeOut(state: PluginState): Instance[] {
  const old = state.serving;
  state.serving = [];
  for (const { instance, built } of old) state.others.set(instance, built);
  return old.map(({ instance }) => instance);
}

function drainMsOf({ desired, settings }: PluginState): number {
  return (desired?.settings ?? settings)?.drainTimeoutMs ?? 0;
}
