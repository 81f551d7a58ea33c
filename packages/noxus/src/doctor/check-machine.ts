import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { CommandContext } from "../command-line/define.ts";
import { findDataFolder } from "../connection/find-connection.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const gib = 1024 ** 3;
/** One environment is about 100 MB, PostgreSQL's folder 60 MB, uv's cache some hundred. */
const enoughDiskBytes = 3 * gib;
const leastDiskBytes = 0.5 * gib;
/** All programs, PostgreSQL and a few plugins at 50 MB each. */
const enoughMemoryBytes = 1.5 * gib;

/** The data folder, its disk, and memory. */
export async function checkMachine({ dataFolder, env, cwd }: CommandContext): Promise<Finding[]> {
  const named = dataFolder ?? env.NOXUS_DATA_FOLDER;
  const folder = findDataFolder(named, cwd) ?? resolve(cwd, ".noxus");
  return [await checkFolder(folder), await checkDisk(folder), checkMemory()];
}

async function checkFolder(folder: string): Promise<Finding> {
  const there = await nearestFolder(folder);
  try {
    await access(there, constants.R_OK | constants.W_OK);
    return ok("data folder", there === folder ? folder : `${folder} (made at the first start)`);
  } catch {
    return fail(
      "data folder",
      `${folder} cannot be written`,
      "give this user the folder, or choose another with --data",
    );
  }
}

async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestFolder(folder));
  const free = bavail * bsize;
  const text = `${(free / gib).toFixed(1)} GiB free`;
  const advice = "free some space: a plugin's environment takes about 100 MB";
  if (free < leastDiskBytes) return fail("disk", text, advice);
  return free < enoughDiskBytes ? warn("disk", text, advice) : ok("disk", text);
}

function checkMemory(): Finding {
  const text = `${(totalmem() / gib).toFixed(1)} GiB`;
  if (totalmem() >= enoughMemoryBytes) return ok("memory", text);
  return warn("memory", text, "run few plugins: the programs take about 400 MB, each plugin about 50");
}

/** The folder itself, or the nearest one above that is there. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    return folder === dirname(folder) ? folder : nearestFolder(dirname(folder));
  }
}
