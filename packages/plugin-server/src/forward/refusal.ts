import { NoxusError } from "@noxus/contracts";
import { wallTimeOf } from "@noxus/service";
import type { CallKind } from "../instances/instance.ts";
import type { Route } from "./route.ts";

/** Calls that do the plugin's work, for which its configuration must be whole; the others help to configure it. */
const working: ReadonlySet<CallKind> = new Set<CallKind>(["execute", "trigger_poll", "datasource_fetch"]);

const notStarted = { started: "no" } as const;

/** Why a route takes no call of this kind now, and will not soon; nothing where it does, or where waiting may help. */
export function refusalOf(pluginId: string, route: Route, kind: CallKind): NoxusError | undefined {
  switch (route.state) {
    case "unknown":
      return new NoxusError("plugin_unknown", `No plugin ${pluginId} is installed on this plugin server.`, {
        data: notStarted,
      });
    case "disabled":
      return new NoxusError("plugin_disabled", "The plugin is switched off. Enable it to call it.", {
        data: notStarted,
      });
    case "held":
      return new NoxusError(
        "plugins_held",
        `All plugins are held: ${route.reason} Let them go on (\`noxus plugin resume\`, or DELETE /hold of the plugin server), and call again.`,
        { data: notStarted },
      );
    case "missing_config":
      return working.has(kind) ? missingConfig(route.problems) : undefined;
    case "failed":
      return failed(route);
    case "serving":
    case "waiting":
      return undefined;
  }
}

function missingConfig(problems: readonly string[]): NoxusError {
  return new NoxusError(
    "plugin_missing_config",
    `The plugin lacks configuration: ${problems.join("; ") || "it does not say which"}. Configure it and call again.`,
    { data: { ...notStarted, problems } },
  );
}

function failed({ failure, retryAtMs }: Extract<Route, { state: "failed" }>): NoxusError {
  const nextAttemptAt = retryAtMs === undefined ? undefined : wallTimeOf(retryAtMs);
  const next = nextAttemptAt
    ? `It is tried again at ${nextAttemptAt.toISOString()}.`
    : "It is not tried again before something changes: its source, configuration or settings.";
  return new NoxusError("plugin_not_running", `The plugin does not run: ${failure.message} ${next}`, {
    data: {
      ...notStarted,
      reason: failure.code,
      stage: failure.stage,
      ...(nextAttemptAt && { nextAttemptAt: nextAttemptAt.toISOString() }),
    },
    ...(retryAtMs !== undefined && { retryAfterS: Math.max(1, (retryAtMs - performance.now()) / 1000) }),
  });
}

/** The plugin was waited for until the call's deadline. */
export function waitedInVain(route: Route, waitedMs: number): NoxusError {
  const why = route.state === "waiting" ? route.reason : "its process ended and is being replaced";
  return new NoxusError(
    "plugin_not_running",
    `The plugin did not come up within the ${waitedMs} ms that the call could wait: ${why}.`,
    { data: { ...notStarted, reason: why }, retryAfterS: 1 },
  );
}

/** The queue is full. */
export function busy(depth: number, limits: { concurrency: number; queue: number }): NoxusError {
  return new NoxusError(
    "plugin_busy",
    `${limits.concurrency} calls of the plugin run and ${depth} wait, which is its limit. Come back later, or raise concurrency or queue in its settings.`,
    { data: { ...notStarted, depth, limit: limits.queue, concurrency: limits.concurrency }, retryAfterS: 1 },
  );
}
