import { chmod, chown, mkdir, readFile, realpath, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NoxusError } from "@noxus/contracts";
import { type FolderLock, isAlive, lockFolder, type ProcessIdentity } from "@noxus/service/base";
import type { DatabaseLogger } from "../connection/database-logger.ts";
import { embeddedUrl, ensureApplicationDatabase } from "./application-database.ts";
import { type PostgresBinaries, packagedBinaries } from "./binaries.ts";
import { createCluster } from "./cluster.ts";
import { launch } from "./launch.ts";
import { findPostmaster, readPostmasterFile } from "./postmaster.ts";
import { chooseServerUser } from "./server-user.ts";
import { serverSettings } from "./settings.ts";
import { makeSocketFolder } from "./socket-folder.ts";
import { stopServer } from "./stop-server.ts";

/** What a start does, in order; `adopting` instead of all others where the server of a killed program still runs. */
export type EmbeddedStep = "creating" | "starting" | "adopting";

export interface EmbeddedPostgresOptions {
  /** The cluster lies in its folder `postgres`. Made where missing. */
  dataFolder: string;
  logger: DatabaseLogger;
  onStep?: (step: EmbeddedStep) => void;
  /** 120,000 by default: long enough for the recovery after a crash under load. */
  startTimeoutMs?: number;
  /** Those of the npm package by default. */
  binaries?: PostgresBinaries;
  /** Settings of PostgreSQL over ours. */
  settings?: Record<string, string>;
  /** Ends the start, not the server that has been started: that is `stop`'s part. */
  signal: AbortSignal;
}

/** A PostgreSQL of our own. */
export interface EmbeddedPostgres {
  url: string;
  pid: number;
  /** Resolves when the server is gone, asked for or not, with how it ended. The folder is free again then. */
  exited: Promise<string>;
  /** Breaks connections off, writes everything down, ends; after 15 s by force. Nothing committed is ever lost. */
  stop(): Promise<void>;
}

interface Running {
  identity: ProcessIdentity;
  socketFolder: string;
  exited: Promise<string>;
}

/**
 * Starts the PostgreSQL of a data folder, makes it first where there is none, or adopts the one that runs there since
 * its program was killed. The server outlives a killed parent on purpose: connections and caches stay.
 *
 * @throws NoxusError `data_folder_in_use`, `database_start_failed`; the signal's reason.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const since = performance.now();
  const { folder, lock } = await takeFolder(options.dataFolder);
  try {
    const running = (await adopt(folder, options)) ?? (await startFresh(folder, options));
    const ms = Math.round(performance.now() - since);
    options.logger.info({ pid: running.identity.pid, ms }, "the embedded PostgreSQL is ready");
    return handle(running, lock, options.logger);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The folder's real path, because a running server is recognised by the folder it was started with; and the right to it. */
async function takeFolder(dataFolder: string): Promise<{ folder: string; lock: FolderLock }> {
  const named = join(dataFolder, "postgres");
  try {
    await mkdir(named, { recursive: true, mode: 0o700 });
    const folder = await realpath(named);
    const advice = "Stop it, or choose another data folder.";
    return { folder, lock: await lockFolder({ folder, what: "database folder", advice }) };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw ["EACCES", "EPERM", "EROFS", "ENOTDIR"].includes(code) ? notOurs(named, code, error) : error;
  }
}

function notOurs(folder: string, code: string, cause: unknown): NoxusError {
  return new NoxusError(
    "database_start_failed",
    `The database folder ${folder} cannot be written (${code}). Start as the user that made it (as root, if root did), make the folder writable, or choose another data folder.`,
    { cause },
  );
}

async function adopt(
  folder: string,
  { onStep, signal }: EmbeddedPostgresOptions,
): Promise<Running | undefined> {
  const dataPath = join(folder, "data");
  const found = await findPostmaster(dataPath);
  if (!found) return undefined;
  onStep?.("adopting");
  if (!(await becomesReady(dataPath, found.identity, signal))) return undefined;
  await ensureApplicationDatabase(found.socketFolder);
  return { ...found, exited: untilGone(found.identity) };
}

/** False where the server was on its way out, or gave up, and is gone now. */
async function becomesReady(
  dataPath: string,
  identity: ProcessIdentity,
  signal: AbortSignal,
): Promise<boolean> {
  while (await isAlive(identity)) {
    if ((await readPostmasterFile(dataPath))?.ready) return true;
    await delay(20, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return false;
}

async function startFresh(folder: string, options: EmbeddedPostgresOptions): Promise<Running> {
  const { signal, onStep, startTimeoutMs = 120_000 } = options;
  const binaries = options.binaries ?? (await packagedBinaries());
  const dataPath = join(folder, "data");
  const serverUser = await chooseServerUser([dataPath, dirname(folder)], [binaries.postgres, folder]);
  if (serverUser.ids) await chown(folder, serverUser.ids.uid, serverUser.ids.gid);
  if (!(await exists(join(dataPath, "PG_VERSION")))) {
    onStep?.("creating");
    await createCluster({ binaries, folder, serverUser, sync: options.settings?.fsync !== "off", signal });
  }
  await chmod(folder, 0o700);
  const socketFolder = await makeSocketFolder(folder, serverUser.ids);
  const major = Number(await readFile(join(dataPath, "PG_VERSION"), "utf8"));
  const settings = { ...serverSettings(major, socketFolder), ...options.settings };
  onStep?.("starting");
  const launched = await launch({ binaries, folder, serverUser, settings, startTimeoutMs, signal });
  try {
    await ensureApplicationDatabase(socketFolder);
  } catch (error) {
    await stopServer(launched.identity, launched.exited, options.logger);
    throw error;
  }
  return { ...launched, socketFolder };
}

function handle(
  { identity, socketFolder, exited }: Running,
  lock: FolderLock,
  logger: DatabaseLogger,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const released = exited.then(async (how) => {
    await lock.release();
    // Empty unless the server was killed, and made again at the next start: leaves nothing in the temporary folder.
    await rmdir(socketFolder).catch(() => {});
    if (!stopping) logger.error({ pid: identity.pid, how }, "the embedded PostgreSQL ended by itself");
    return how;
  });
  return {
    url: embeddedUrl(socketFolder),
    pid: identity.pid,
    exited: released,
    stop: () => {
      stopping ??= stopServer(identity, released, logger);
      return stopping;
    },
  };
}

/** An adopted server is not our child: nobody tells us of its end, so it is looked for. */
async function untilGone(identity: ProcessIdentity): Promise<string> {
  const pollMs = 200;
  while (await isAlive(identity)) await delay(pollMs);
  return "gone";
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
