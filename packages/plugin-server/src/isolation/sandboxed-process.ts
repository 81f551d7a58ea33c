import { readFileSync } from "node:fs";
import { constants } from "node:os";

/**
 * The plugin's own process inside a sandbox: a signal to `bwrap` would kill it instead of asking it. Between the two is
 * the sandbox's first process, `bwrap` as well. Undefined before the plugin runs, and once it has ended.
 */
export function processInside(pid: number): number | undefined {
  const [first] = childrenOf(pid);
  if (first === undefined) return undefined;
  return nameOf(first) === "bwrap" ? processInside(first) : first;
}

function childrenOf(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`).trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** `bwrap` tells a signal as a shell does, by 128 and its number. */
export function signalOfExitCode(exitCode: number | null): NodeJS.Signals | null {
  if (exitCode === null || exitCode <= 128) return null;
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}
