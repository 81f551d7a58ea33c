import type { PluginFailure } from "@noxus/contracts";
import type { Exit } from "../instances/instance.ts";
import { crashFailure, stepFailure } from "./failure.ts";
import type { Parts } from "./parts.ts";
import { type Step, sameBuild, type Wanted } from "./plan.ts";
import type { PluginState } from "./plugin-state.ts";
import { runningReasons } from "./status.ts";

type NoteParts = Pick<Parts, "backoff" | "logger" | "logOf">;

/** A step failed: it goes into the plugin's state, with until when it is not tried again, and into both logs. */
export function noteStepFailure(
  { state, step, wanted, parts }: { state: PluginState; step: Step; wanted: Wanted; parts: NoteParts },
  error: unknown,
): void {
  const isRun = step.do === "start-spare" || (step.do === "start" && startsWhatServed(state, step.which));
  if (isRun) state.crashes += 1;
  const attempt = isRun ? state.crashes : (state.failures.update?.report.attempt ?? 0) + 1;
  const stage = stageOf(step);
  const failure = stepFailure(error, { stage, attempt, wantedKey: wanted.key, backoff: parts.backoff });
  state.failures = { ...state.failures, [isRun ? "run" : "update"]: failure };
  // The commit that was to be had again may be gone; the next try takes what there is.
  if (step.do === "fetch") state.pinnedCommit = undefined;
  state.endOpenPhases();
  const { code, message } = failure.report;
  state.setCondition({ type: conditionOf(step, state), status: "false", reason: code, message });
  state.changed();
  const fields = { pluginId: state.id, name: state.record.name, ...failure.report };
  if (code === "internal") parts.logger.error({ ...fields, err: error }, "a step failed by a fault of ours");
  else parts.logger.warn(fields, "a step failed");
  tellPlugin(state, parts, `${stage} failed: ${message}`);
}

/** A process that served ended by itself. Gives whether another may be started at once. */
export function noteCrash(state: PluginState, exit: Exit, parts: NoteParts): { atOnce: boolean } {
  state.crashes = exit.livedMs >= parts.backoff.resetAfterMs ? 1 : state.crashes + 1;
  state.restarts += 1;
  const failure = crashFailure(exit, {
    stage: "run",
    attempt: state.crashes,
    wantedKey: state.wanted?.key ?? "",
    backoff: parts.backoff,
  });
  state.failures.run = failure;
  const atOnce = (failure.block.retryAtMs ?? 0) <= performance.now();
  if (state.serving.length === 0) tellCrashed(state, failure.report, atOnce);
  state.changed();
  const fields = { pluginId: state.id, name: state.record.name, ...failure.report };
  parts.logger.warn(fields, "a plugin's process ended");
  tellPlugin(state, parts, failure.report.message);
  return { atOnce };
}

function tellPlugin({ id }: PluginState, { logOf }: NoteParts, text: string): void {
  logOf(id).write({ at: new Date(), stream: "server", text });
}

/** What served once and does not come up again counts with its crashes, not with the way to something new. */
function startsWhatServed({ record }: PluginState, which: "wanted" | "good"): boolean {
  if (which === "good") return true;
  return (
    record.good !== undefined && record.prepared !== undefined && sameBuild(record.good, record.prepared)
  );
}

function stageOf({ do: step }: Step): PluginFailure["stage"] {
  if (step === "fetch" || step === "recall") return "fetch";
  if (step === "prepare") return "environment";
  if (step === "reconfigure") return "configuration";
  return step === "uninstall" ? "uninstall" : "start";
}

/** While something serves it goes on Running; the failed way to what is wanted shows in another condition. */
function conditionOf(
  { do: step }: Step,
  { serving }: PluginState,
): "Fetched" | "EnvironmentReady" | "Running" {
  if (step === "fetch" || step === "recall") return "Fetched";
  return step === "prepare" || serving.length > 0 ? "EnvironmentReady" : "Running";
}

function tellCrashed(state: PluginState, { message, code }: PluginFailure, atOnce: boolean): void {
  state.setCondition({
    type: "Running",
    status: atOnce ? "unknown" : "false",
    reason: atOnce ? runningReasons.restarting : code,
    message,
  });
}
