import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { identify, isAlive } from "./process-identity.ts";

/** Who holds a folder. A pid alone is not enough: after its process died, the system gives it to another. */
const ownerSchema = z.object({ pid: z.number().int(), started: z.string(), host: z.string() });
type Owner = z.infer<typeof ownerSchema>;

export interface LockOptions {
  folder: string;
  /** The lock's file in it; `lock` by default. */
  file?: string;
  /** What the folder is, for the one who is refused: "data folder" by default. */
  what?: string;
  /** What that one can do. */
  advice: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process. A lock whose process is gone, told by its pid and the moment of its start, is taken
 * over: nothing needs clearing up after a kill -9.
 *
 * @throws NoxusError `data_folder_in_use` with the other's pid.
 */
export async function lockFolder({ folder, file = "lock", ...words }: LockOptions): Promise<FolderLock> {
  const path = join(folder, file);
  const started = (await identify(process.pid))?.started ?? "";
  const mine: Owner = { pid: process.pid, started, host: hostname() };
  while (!(await tryTake(path, mine))) {
    const owner = await readOwner(path);
    if (owner && (await isHeld(owner))) throw inUse(folder, owner, words);
    const faster = await takeAway(path);
    if (faster) throw inUse(folder, faster, words);
  }
  return { release: () => releaseIfMine(path, mine) };
}

/** `link` fails where the lock is there, and the file appears whole: no other ever reads half an owner. */
async function tryTake(path: string, mine: Owner): Promise<boolean> {
  const beside = `${path}.${randomUUID().slice(0, 8)}`;
  await writeFile(beside, JSON.stringify(mine), { mode: 0o600 });
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

/**
 * Two that find the same stale lock must not remove each other's new one: what was moved away is looked at once more.
 *
 * @returns the owner of a new lock that was put back
 */
async function takeAway(path: string): Promise<Owner | undefined> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another one was faster; the next try tells who has it now.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const owner = await readOwner(aside);
  const held = owner !== undefined && (await isHeld(owner));
  if (held) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  return held ? owner : undefined;
}

async function releaseIfMine(path: string, mine: Owner): Promise<void> {
  // Whatever prevents it does no harm: without its process the lock does not count.
  const owner = await readOwner(path);
  if (owner?.pid === mine.pid && owner.started === mine.started)
    await rm(path, { force: true }).catch(() => {});
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
async function isHeld(owner: Owner): Promise<boolean> {
  return owner.host !== hostname() || isAlive(owner);
}

function inUse(
  folder: string,
  { pid, host }: Owner,
  { what = "data folder", advice }: Pick<LockOptions, "what" | "advice">,
): NoxusError {
  const where = host === hostname() ? "" : ` on ${host}`;
  const who = pid === process.pid && where === "" ? "this process" : `process ${pid}${where}`;
  return new NoxusError("data_folder_in_use", `The ${what} ${folder} is in use by ${who}. ${advice}`, {
    data: { pid, folder },
  });
}
