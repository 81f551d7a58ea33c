import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf, identify, type ProcessIdentity } from "./process-identity.ts";

/** What a running server writes into its data folder. */
export interface PostmasterFile {
  pid: number;
  socketFolder: string;
  /** Whether it takes connections. */
  ready: boolean;
}

/** Reads `postmaster.pid`: pid, data folder, start time, port, socket folder, address, shared memory key, status. */
export async function readPostmasterFile(dataPath: string): Promise<PostmasterFile | undefined> {
  const content = await readFile(join(dataPath, "postmaster.pid"), "utf8").catch(() => "");
  const lines = content.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, socketFolder: lines[4] ?? "", ready: lines[7] === "ready" };
}

/**
 * The server that runs on a data folder, if one does. A pid alone proves nothing: after a crash or in a new container
 * it may be a stranger's. It must be a `postgres` that was started with this very folder; its start time is taken
 * along, so that nothing later is signalled in its stead.
 */
export async function findPostmaster(
  dataPath: string,
): Promise<{ identity: ProcessIdentity; socketFolder: string } | undefined> {
  const file = await readPostmasterFile(dataPath);
  const identity = file && (await identify(file.pid));
  if (!file || !identity) return undefined;
  // The form in which `launch` starts it.
  const ours = (await commandLineOf(file.pid)).includes(`/postgres -D ${dataPath} -c `);
  if (ours) return { identity, socketFolder: file.socketFolder };
  // PostgreSQL would take the stranger for another server of this folder and refuse to start.
  await rm(join(dataPath, "postmaster.pid"), { force: true });
  return undefined;
}
