import { NoxusError } from "@noxus/contracts";
import type { Exit } from "./instance.ts";

/** Of the stderr tail, what goes into a message; all of it is in the report. */
const lastLines = 3;

/** `plugin_exited` for a call; `started` says whether the plugin may have begun it. */
export function exitError(exit: Exit, started: "no" | "perhaps"): NoxusError {
  const meaning = started === "no" ? "The call had not begun." : "The call may have begun.";
  return new NoxusError("plugin_exited", `The plugin's process ended ${howItEnded(exit)}. ${meaning}`, {
    data: { started, ...exitData(exit) },
  });
}

export function exitedAtStartError(exit: Exit): NoxusError {
  const { stderrTail } = exit;
  const words = stderrTail ? ` Its last words: ${stderrTail.split("\n").slice(-lastLines).join("\n")}` : "";
  return new NoxusError(
    "plugin_exited_at_start",
    `The plugin's process ended ${howItEnded(exit)} before it was ready.${words}`,
    { data: exitData(exit) },
  );
}

function howItEnded({ exitCode, signal, outOfMemory, livedMs, endedBecause }: Exit): string {
  if (endedBecause) return `after ${livedMs} ms, because ${endedBecause}`;
  if (outOfMemory) return `after ${livedMs} ms: the machine ran out of memory`;
  if (signal) return `by ${signal} after ${livedMs} ms`;
  return exitCode === null ? "before it began" : `with exit code ${exitCode} after ${livedMs} ms`;
}

function exitData({ exitCode, signal, outOfMemory, livedMs, stderrTail }: Exit): Record<string, unknown> {
  return { exitCode, signal, outOfMemory, livedMs, stderrTail };
}
