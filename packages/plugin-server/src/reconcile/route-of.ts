import type { Route } from "../forward/route.ts";
import type { PluginState } from "./plugin-state.ts";

export interface RouteHooks {
  /** A call came to a plugin that is idle. */
  onCall: () => void;
  /** A call asks for one of these releases, none of which serves. */
  former: NonNullable<Extract<Route, { state: "serving" }>["former"]>;
}

/** Where calls of the plugin go, from its state alone. */
export function routeOf(state: PluginState, { onCall, former }: RouteHooks): Route {
  const { desired, serving, configProblems, hindrance } = state;
  if (!desired) return { state: "unknown" };
  if (!desired.enabled) return { state: "disabled" };
  if (state.hold) return { state: "held", reason: state.hold.reason };
  const instances = serving.map(({ instance }) => instance);
  if (instances.length > 0)
    return configProblems.length > 0
      ? { state: "missing_config", problems: configProblems, instances }
      : { state: "serving", instances, former };
  if (state.resting) return { state: "waiting", reason: "It was idle and is being started.", onCall };
  if (!hindrance || isUnderWay(state)) return { state: "waiting", reason: waitingReason(state) };
  return { state: "failed", failure: hindrance.report, retryAtMs: hindrance.block.retryAtMs };
}

/** Something is being done, or will be this very moment, that may make it serve. */
function isUnderWay({ step, failures }: PluginState): boolean {
  if (step === "fetch" || step === "recall" || step === "prepare" || step === "start" || step === "replace")
    return true;
  const retryAtMs = failures.run?.block.retryAtMs;
  return retryAtMs !== undefined && retryAtMs <= performance.now();
}

function waitingReason({ step, record }: PluginState): string {
  if (step === "fetch") return "Its source is being fetched.";
  if (step === "prepare") return "Its environment is being made.";
  return record.good ? "It is being started again." : "It is being started.";
}

/** Calls that wait for an instance are refused at once: there will be none in this life. */
export function stoppingRoute(): Route {
  const at = new Date().toISOString();
  const message = "The plugin server stops.";
  return {
    state: "failed",
    failure: { code: "unavailable", stage: "run", message, at },
    retryAtMs: undefined,
  };
}
