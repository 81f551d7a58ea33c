import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** The right of this process to run the PostgreSQL of a folder. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process by a file `owner.json` that names it. A claim whose process is gone does not count:
 * nothing needs clearing up after a kill -9.
 *
 * @throws NoxusError `data_folder_in_use` with the owner's pid.
 */
export async function claimFolder(folder: string): Promise<Claim> {
  const path = join(folder, "owner.json");
  const mine = join(folder, `owner.${process.pid}.${Math.random().toString(36).slice(2)}`);
  const content = JSON.stringify(await identify(process.pid));
  await writeFile(mine, content, { mode: 0o600 });
  try {
    // A link appears with its whole content or not at all, and only where nothing is.
    while (!(await linkIfFree(mine, path))) await refuseOrClear(path, `${mine}.stale`, folder);
  } finally {
    await unlink(mine);
  }
  return { release: () => releaseIfMine(path, content) };
}

async function linkIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function refuseOrClear(path: string, aside: string, folder: string): Promise<void> {
  const content = await readFile(path, "utf8").catch(() => undefined);
  if (content === undefined) return;
  const owner = parseOwner(content);
  if (owner && (await isAlive(owner))) throw inUse(folder, owner);
  await rename(path, aside).catch(() => {});
  // Another process may have cleared the same stale claim and made its own between our two steps: give it back.
  const moved = await readFile(aside, "utf8").catch(() => content);
  if (moved !== content) await linkIfFree(aside, path);
  await rm(aside, { force: true });
}

async function releaseIfMine(path: string, content: string): Promise<void> {
  // Whatever prevents it does no harm: without its process the claim does not count.
  const current = await readFile(path, "utf8").catch(() => "");
  if (current === content) await rm(path, { force: true }).catch(() => {});
}

function parseOwner(content: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(content);
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function inUse(folder: string, { pid }: ProcessIdentity): NoxusError {
  const who = pid === process.pid ? "this process" : `another running process (pid ${pid})`;
  return new NoxusError(
    "data_folder_in_use",
    `The database folder ${folder} is in use by ${who}. Stop it, or choose another data folder.`,
    { data: { pid } },
  );
}
