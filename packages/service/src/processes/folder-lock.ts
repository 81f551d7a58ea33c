import { createHash, randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
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
    const found = await textOf(path);
    const owner = ownerIn(found);
    if (owner && (await isHeld(owner))) throw inUse(folder, owner, words);
    if (found !== undefined) await takeAway(path, found, mine);
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
 * Removes a lock whose process is gone, and no other: two that find it would else remove each other's new one. Whoever
 * removes it holds a lock for just that, named by what the stale one says; a dead process never writes its lock again, so
 * what is read under it is what is removed. Comes back without having done so where somebody else is at it.
 */
async function takeAway(path: string, stale: string, mine: Owner): Promise<void> {
  const claim = `${path}.${createHash("sha256").update(stale).digest("hex").slice(0, 12)}`;
  if (await tryTake(claim, mine)) {
    if ((await textOf(path)) === stale) await rm(path, { force: true });
    return rm(claim, { force: true });
  }
  const found = await textOf(claim);
  const owner = ownerIn(found);
  if (owner && (await isHeld(owner))) return delay(5);
  // It died amid that.
  if (found !== undefined) await takeAway(claim, found, mine);
}

async function releaseIfMine(path: string, mine: Owner): Promise<void> {
  // Whatever prevents it does no harm: without its process the lock does not count.
  const owner = ownerIn(await textOf(path).catch(() => undefined));
  if (owner?.pid === mine.pid && owner.started === mine.started)
    await rm(path, { force: true }).catch(() => {});
}

/** Undefined where there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownerIn(text: string | undefined): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text ?? ""));
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
