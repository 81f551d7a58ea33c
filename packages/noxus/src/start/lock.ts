import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { processStartTime } from "./process-start-time.ts";

const ownerSchema = z.object({ pid: z.number().int(), startTime: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes a data folder for this process until the returned function is called. A lock whose process is gone, told by its
 * pid and start time, is taken over.
 *
 * @throws NoxusError `data_folder_in_use`, naming the process that has it.
 */
export function lockDataFolder(dataFolder: string): () => void {
  const lock = join(dataFolder, "noxus.lock");
  const mine = `${lock}.${process.pid}`;
  const me: Owner = { pid: process.pid, startTime: processStartTime(process.pid) ?? "" };
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    while (!tryLink(mine, lock)) removeStale(lock, dataFolder);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

/** Linking is atomic and never replaces: of several processes exactly one succeeds. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Moves a dead owner's lock aside before removing it: should a live one have taken its place since it was read, it is
 * put back instead of lost.
 */
function removeStale(lock: string, dataFolder: string): void {
  refuseIfAlive(readOwner(lock), dataFolder);
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  try {
    refuseIfAlive(readOwner(aside), dataFolder);
  } catch (error) {
    tryLink(aside, lock);
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function refuseIfAlive(owner: Owner | undefined, dataFolder: string): void {
  if (!owner || processStartTime(owner.pid) !== owner.startTime) return;
  throw new NoxusError(
    "data_folder_in_use",
    `The data folder ${dataFolder} is in use by process ${owner.pid}. Use that one, stop it (kill ${owner.pid}), or choose another folder with --data.`,
    { data: { pid: owner.pid } },
  );
}
