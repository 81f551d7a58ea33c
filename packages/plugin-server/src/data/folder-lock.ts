import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";

/** Who holds a folder. A pid alone is not enough: after its process died, the system gives it to another. */
const ownerSchema = z.object({ pid: z.number().int(), startTime: z.string(), host: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the folder for this process. A lock whose process is dead, or whose pid now belongs to a process with another
 * start time, is taken over.
 *
 * @throws NoxusError `data_folder_in_use` with the other's pid.
 */
export async function lockFolder(folder: string): Promise<{ release: () => Promise<void> }> {
  const path = join(folder, "lock");
  const mine: Owner = { pid: process.pid, startTime: await startTimeOf(process.pid), host: hostname() };
  while (!(await tryTake(path, mine))) {
    const owner = await readOwner(path);
    if (owner && (await isAlive(owner))) throw inUse(folder, owner);
    await takeAway(path, folder);
  }
  return { release: () => rm(path, { force: true }) };
}

/** `link` fails where the lock is there, and the file appears whole: no other ever reads half an owner. */
async function tryTake(path: string, mine: Owner): Promise<boolean> {
  const beside = `${path}.${randomUUID().slice(0, 8)}`;
  await writeFile(beside, JSON.stringify(mine));
  try {
    await link(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** Two that find the same stale lock must not remove each other's new one: what was moved away is looked at once more. */
async function takeAway(path: string, folder: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another one was faster; the next try tells who has it now.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const owner = await readOwner(aside);
  const taken = owner !== undefined && (await isAlive(owner));
  if (taken) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  if (taken) throw inUse(folder, owner);
}

async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A folder shared between machines cannot tell whether the other's process lives: then it is taken as alive. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  return (await startTimeOf(owner.pid)) === owner.startTime && owner.startTime !== "";
}

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot; empty where there is no such process. */
async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The command name, in parentheses, may hold spaces; what follows the last parenthesis is fields 3 and on.
  const boot = stat ? (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim() : "";
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return ticks ? `${boot}:${ticks}` : "";
}

function inUse(folder: string, { pid, host }: Owner): NoxusError {
  const where = host === hostname() ? "" : ` on ${host}`;
  return new NoxusError(
    "data_folder_in_use",
    `The data folder ${folder} is in use by process ${pid}${where}. Stop that one, or set NOXUS_DATA_FOLDER to another folder.`,
    { data: { pid, folder } },
  );
}
