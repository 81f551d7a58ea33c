import type { PluginFailure, PluginSettings } from "@noxus/contracts";
import type { Instance, PluginAnswer, PluginCall } from "../instances/instance.ts";

/**
 * Where calls of one plugin go now. `reconcile` sets it with every change; `forward` alone reads it.
 *
 * - `serving`: to the ready instance with the fewest calls; of a run that has called another release, to that. While none of them is ready (it died a moment ago), calls wait.
 * - `waiting`: the plugin is being installed, started or restarted; calls wait for it within their own deadline. Of an idle
 *   one nothing is done before `onCall` tells that one waits.
 * - `failed`: it does not run and nothing happens before `retryAtMs` (as `performance.now()` tells time); calls are refused at once.
 * - `missing_config`: executions are refused with the plugin's own words; what helps to configure it still goes to `instances`.
 * - `disabled`: switched off by the operator.
 * - `held`: all plugins are, by the operator (safe mode).
 * - `unknown`: no such plugin; calls that wait are refused, and the plugin's limits are forgotten.
 */
export type Route =
  | {
      state: "serving";
      instances: readonly Instance[];
      /** Gives an instance of one of these releases, where one of them can still run. */
      former?: (releases: readonly string[]) => Promise<Instance | undefined> | undefined;
    }
  | { state: "waiting"; reason: string; onCall?: () => void }
  | { state: "failed"; failure: PluginFailure; retryAtMs: number | undefined }
  | { state: "missing_config"; problems: readonly string[]; instances: readonly Instance[] }
  | { state: "disabled" }
  | { state: "held"; reason: string }
  | { state: "unknown" };

/** Of a plugin's settings, those that admission needs. */
export type CallLimits = Pick<PluginSettings, "concurrency" | "queue" | "callTimeoutMs">;

export interface ForwardOptions {
  /** Milliseconds that the caller will still wait; the plugin's `callTimeoutMs` where absent. */
  deadlineMs?: number;
  /** Aborts when the caller goes away. */
  clientSignal: AbortSignal;
}

/** The way of every call from `http` to an instance. */
export interface Forwarder {
  /** Replaces a plugin's route. Without limits those of before stay (at first: the settings' defaults). */
  setRoute(pluginId: string, route: Route, limits?: CallLimits): void;
  route(pluginId: string): Route;
  /**
   * Waits for a slot and an instance, and gives the plugin's answer, whatever its status. The slot is held until the
   * answer's body is read to its end, destroyed, or the caller is gone.
   *
   * @throws NoxusError plugin_unknown, plugin_disabled, plugins_held, plugin_missing_config, plugin_not_running, plugin_busy,
   * call_deadline_exceeded, call_cancelled, and those of `Instance.call`; `data.started` is "no" or "perhaps".
   */
  call(pluginId: string, call: Omit<PluginCall, "signal">, options: ForwardOptions): Promise<PluginAnswer>;
  /** `calls`: all that ever got a slot. */
  load(pluginId: string): { inFlight: number; queued: number; calls: number };
  /** Calls running or queued, of all plugins. */
  readonly inFlight: number;
}
