import { readdir, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * For a server's start: removes the folders of fetches that a previous life left, and before that ends the processes that
 * still work in them (a Git that waits for a server outlives a killed parent). A process counts when its working directory
 * lies in the folder, so no stored number can hit a stranger. Gives what it removed.
 *
 * @param folder the one below which all fetches' folders are made
 */
export async function sweepFetches(folder: string): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  for (const pid of await processesIn(real)) killQuietly(pid);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  return names;
}

/** Empty where there is no /proc: then the processes end by Git's own time limit. */
async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    return cwd.startsWith(`${folder}/`) ? [Number(pid)] : [];
  });
  return (await Promise.all(found)).flat();
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}
