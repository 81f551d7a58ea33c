import type { LogLine } from "./log-stream.ts";

/** One call of a plugin, as an address names it; the times are those of its start and end, absent where it goes on. */
export interface LoggedCall {
  run?: string | undefined;
  node?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

/**
 * Whether a line is of the call: it names its run and node, or it names none and came meanwhile, as when a process has several
 * calls at once.
 */
export function isOfCall({ runId, nodeId, at }: Omit<LogLine, "number">, call: LoggedCall): boolean {
  if (call.run === undefined) return true;
  if (runId !== undefined) return runId === call.run && (call.node === undefined || nodeId === call.node);
  if (call.from === undefined) return false;
  const time = Date.parse(at);
  return Date.parse(call.from) <= time && (call.until === undefined || time <= Date.parse(call.until));
}
