import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import { promisify } from "node:util";

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque: this boot and the moment of the start in it. */
  started: string;
}

/** The process that has this pid now; undefined where there is none, or only a zombie is left of it. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = platform() === "linux" ? await startedByProc(pid) : await startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.started === started;
}

/**
 * Signals that very process and no later one with its pid.
 *
 * @returns whether it was still there.
 */
export async function signalProcess(process_: ProcessIdentity, name: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(process_))) return false;
  try {
    process.kill(process_.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Program and arguments of a process, with spaces between; empty where the system does not tell. */
export async function commandLineOf(pid: number): Promise<string> {
  if (platform() !== "linux") return ps(pid, "command=");
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return line.replaceAll("\0", " ").trim();
}

async function startedByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything, spaces and parentheses too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === "Z" || state === "X") return undefined;
  return `${await bootId()}/${fields[19]}`;
}

/** Ticks since boot repeat after a reboot; together with the boot's id they do not. */
async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
}

async function startedByPs(pid: number): Promise<string | undefined> {
  return (await ps(pid, "lstart=")).trim() || undefined;
}

async function ps(pid: number, column: string): Promise<string> {
  const run = promisify(execFile)("ps", ["-o", column, "-p", String(pid)], { env: { LC_ALL: "C" } });
  return run.then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
}
