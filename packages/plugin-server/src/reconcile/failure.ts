import { diskFull, isNoxusError, type PluginFailure } from "@noxus/contracts";
import { wallTimeOf } from "@noxus/service";
import type { Exit } from "../instances/instance.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";
import type { Block } from "./plan.ts";

/** A failure as it is reported, and until when it forbids another try. */
export interface Failure {
  report: PluginFailure;
  block: Block;
}

export interface FailureContext {
  stage: PluginFailure["stage"];
  /** Failures in a row, this one included. */
  attempt: number;
  wantedKey: string;
  backoff: BackoffOptions;
}

/**
 * A step that failed. Codes of the user's making (4xx: a bad archive, a syntax error, …) are terminal: the same try would
 * end the same way. What may pass (unreachable, a process that ended, a fault of ours) is tried again.
 */
export function stepFailure(error: unknown, { stage, attempt, wantedKey, backoff }: FailureContext): Failure {
  const known = diskFull(error) ?? (isNoxusError(error) ? error : undefined);
  const code = known?.code ?? "internal";
  const now = performance.now();
  const retryAtMs = isTransient(known?.status ?? 500) ? now + backoffMs(attempt, false, backoff) : undefined;
  const message = known?.message ?? `A fault of ours: ${(error as Error)?.message ?? String(error)}`;
  return {
    report: {
      code,
      stage,
      message,
      attempt,
      at: wallTimeOf(now).toISOString(),
      ...processDetails(known?.data),
      ...(retryAtMs !== undefined && { nextAttemptAt: wallTimeOf(retryAtMs).toISOString() }),
    },
    block: { wantedKey, ...(retryAtMs !== undefined && { retryAtMs }) },
  };
}

/** A process that served and ended without being asked to. */
export function crashFailure(exit: Exit, { attempt, wantedKey, backoff }: FailureContext): Failure {
  const now = performance.now();
  const retryAtMs = now + backoffMs(attempt, true, backoff);
  const { exitCode, signal, outOfMemory, livedMs, stderrTail } = exit;
  return {
    report: {
      code: "plugin_exited",
      stage: "run",
      message: `The plugin's process ended${howItEnded(exit)} after ${Math.round(livedMs / 1000)} s.`,
      exitCode,
      signal,
      outOfMemory,
      livedMs: Math.round(livedMs),
      stderrTail,
      attempt,
      at: wallTimeOf(now).toISOString(),
      nextAttemptAt: wallTimeOf(retryAtMs).toISOString(),
    },
    block: { wantedKey, retryAtMs },
  };
}

function howItEnded({ exitCode, signal, outOfMemory, endedBecause }: Exit): string {
  if (endedBecause) return `, because ${endedBecause},`;
  if (outOfMemory) return " because it was out of memory";
  return signal ? ` by signal ${signal}` : ` with exit code ${exitCode}`;
}

function isTransient(status: number): boolean {
  return status >= 500 && status !== 501;
}

/** How the process ended, where the error's `data` says. */
function processDetails(data: Record<string, unknown> | undefined): Partial<PluginFailure> {
  if (!data) return {};
  const { exitCode, signal, outOfMemory, livedMs, stderrTail } = data;
  return {
    ...(typeof exitCode === "number" && { exitCode }),
    ...(typeof signal === "string" && { signal }),
    ...(typeof outOfMemory === "boolean" && { outOfMemory }),
    ...(typeof livedMs === "number" && { livedMs }),
    ...(typeof stderrTail === "string" && { stderrTail }),
  };
}
