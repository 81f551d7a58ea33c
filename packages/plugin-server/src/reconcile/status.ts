import type { Condition, ConditionType, Status } from "@noxus/contracts";

/** Conditions by type. `true`: reached; `unknown`: not yet, or under way; `false`: failed, or ended on purpose. */
export type Conditions = Readonly<Record<ConditionType, Condition>>;

/** Reasons of the condition Running that decide the status by themselves. */
export const runningReasons = {
  restarting: "Restarting",
  disabled: "Disabled",
  /** Every plugin is; its status is `error`, for it does not serve, and its failure says that it is held. */
  held: "Held",
  /** It has no process because no call came; to callers it is `running`, for the next call starts one. */
  idle: "Idle",
  uninstalling: "Uninstalling",
  uninstalled: "Uninstalled",
} as const;

/**
 * The status, one of the seven words of the contract, from the conditions alone. A plugin that serves is `running`
 * though its update failed (the other conditions and the failure say so). A plugin that is switched off has no process
 * and is `uninstalled` to callers; its files are kept, and the reason `Disabled` tells the two apart.
 */
export function statusOf(conditions: Conditions): Status {
  const { Running, ConfigValid, Fetched, EnvironmentReady } = conditions;
  if (Running.reason === runningReasons.uninstalling) return "uninstalling";
  if (Running.reason === runningReasons.uninstalled || Running.reason === runningReasons.disabled)
    return "uninstalled";
  if (Running.status === "true") return ConfigValid.status === "false" ? "missing_config" : "running";
  if (Running.status === "unknown" && Running.reason === runningReasons.restarting) return "restarting";
  const failed = [Fetched, EnvironmentReady, Running].some(({ status }) => status === "false");
  return failed ? "error" : "installing";
}

/** All four conditions of a plugin of which nothing is known yet. */
export function initialConditions(since: string): Conditions {
  const unknown = (type: ConditionType): Condition => ({
    type,
    status: "unknown",
    reason: "Pending",
    message: "Not looked at yet.",
    since,
  });
  return {
    Fetched: unknown("Fetched"),
    EnvironmentReady: unknown("EnvironmentReady"),
    ConfigValid: unknown("ConfigValid"),
    Running: unknown("Running"),
  };
}

/** The conditions with one of them set; `since` moves only when the condition's status or reason does. */
export function withCondition(
  conditions: Conditions,
  next: Omit<Condition, "since">,
  nowIso: string,
): Conditions {
  const before = conditions[next.type];
  const same = before.status === next.status && before.reason === next.reason;
  if (same && before.message === next.message) return conditions;
  return { ...conditions, [next.type]: { ...next, since: same ? before.since : nowIso } };
}
