import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { markerVariable } from "./marker.ts";

/** A process that kills itself faster than it can be listed is given up after this many rounds. */
const maxRounds = 50;

/** Ids of the processes whose marker satisfies the predicate, read from /proc; none where there is no /proc. */
export async function markedProcesses(matches: (marker: string) => boolean): Promise<number[]> {
  const names = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(names.map(async (name) => matches((await markerOfProcess(name)) ?? "")));
  return names.filter((_, index) => marked[index]).map(Number);
}

async function markerOfProcess(pid: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  const key = `\0${markerVariable}=`;
  const at = `\0${environment}`.indexOf(key);
  if (at < 0) return undefined;
  return environment.slice(at + key.length - 1).split("\0", 1)[0];
}

/**
 * Kills all processes whose marker satisfies the predicate, until none is left: also those that left the process
 * group (setsid, daemons). Gives how many it killed. The marker is read immediately before each kill, so a process
 * that got a dead one's id is not hit.
 */
export async function killMarked(matches: (marker: string) => boolean): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < maxRounds; round += 1) {
    const found = await markedProcesses(matches);
    if (found.length === 0) break;
    for (const pid of found) {
      if (!matches((await markerOfProcess(String(pid))) ?? "")) continue;
      killed.add(pid);
      sendSignal(pid, "SIGKILL");
    }
    await wait(5);
  }
  return killed.size;
}

/** Whether the signal was sent; a process that has ended is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** To the whole process group that `pid` leads. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return pid > 1 && sendSignal(-pid, signal);
}
