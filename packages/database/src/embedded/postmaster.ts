import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf, identify, type ProcessIdentity } from "@noxus/service/base";

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
  if (!file) return undefined;
  const identity = await identify(file.pid);
  // The form in which `launch` starts it.
  const ours = (await commandLineOf(file.pid)).includes(`/postgres -D ${dataPath} -c `);
  if (identity && ours) return { identity, socketFolder: file.socketFolder };
  await disownPid(dataPath);
  return undefined;
}

/**
 * PostgreSQL would take a stranger with the pid, or a zombie that nobody reaps (a container without init), for another
 * server of this folder, and refuse to start. It never does so for its own parent's pid, which is ours. The rest of the
 * file stays: it leads PostgreSQL to the shared memory of processes that may still be left of the dead server.
 */
async function disownPid(dataPath: string): Promise<void> {
  const path = join(dataPath, "postmaster.pid");
  const content = await readFile(path, "utf8");
  await writeFile(path, content.replace(/^\d+/, String(process.pid)));
}
