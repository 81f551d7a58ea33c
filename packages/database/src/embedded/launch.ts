import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NoxusError } from "@noxus/contracts";
import { identify, type ProcessIdentity, signalProcess } from "@noxus/service/base";
import type { PostgresBinaries } from "./binaries.ts";
import { readPostmasterFile } from "./postmaster.ts";
import { commandAs, type ServerUser } from "./server-user.ts";

export interface LaunchOptions {
  binaries: PostgresBinaries;
  folder: string;
  serverUser: ServerUser;
  settings: Record<string, string>;
  /** Long enough for the recovery after a crash under load. */
  startTimeoutMs: number;
  signal: AbortSignal;
}

/** A server that takes connections. */
export interface Launched {
  identity: ProcessIdentity;
  exited: Promise<string>;
}

const readyPollMs = 5;
const retryPollMs = 50;
const maxLogBytes = 8 * 1024 * 1024;

type Attempt = { kind: "ready"; launched: Launched } | { kind: "exited"; how: string; log: string };

/**
 * Starts the server and waits until it takes connections. Processes that a killed server left behind let go within
 * moments; until then PostgreSQL refuses a second one on the same data, so that refusal is tried again.
 *
 * @throws NoxusError `database_start_failed` with the end of the server's log.
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const deadline = AbortSignal.timeout(options.startTimeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  for (;;) {
    const attempt = await attemptLaunch(options, signal).catch((error) => {
      throw deadline.aborted ? startTimedOut(options) : error;
    });
    if (attempt.kind === "ready") return attempt.launched;
    if (!leftovers.test(attempt.log) || signal.aborted) throw startFailed(options.folder, attempt);
    await delay(retryPollMs, undefined, { signal }).catch(() => {});
  }
}

const leftovers =
  /pre-existing shared memory block|lock file "[^"]*" already exists|is the shared memory segment|Is another postmaster/i;

async function attemptLaunch(options: LaunchOptions, signal: AbortSignal): Promise<Attempt> {
  const { folder } = options;
  const logPath = join(folder, "server.log");
  const logStart = await rotateLog(logPath);
  const child = await spawnServer(options, logPath);
  const exited = exitOf(child);
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  const gone = new AbortController();
  const ready = untilReady(join(folder, "data"), child, AbortSignal.any([signal, gone.signal]));
  try {
    const how = await Promise.race([exited, ready]);
    if (how === undefined && identity) return { kind: "ready", launched: { identity, exited } };
    const log = (await readFile(logPath)).subarray(logStart).toString();
    return { kind: "exited", how: how ?? "ended at once", log };
  } catch (error) {
    if (identity) await signalProcess(identity, "SIGKILL");
    await exited;
    throw error;
  } finally {
    gone.abort();
    await ready.catch(() => {});
  }
}

async function spawnServer(options: LaunchOptions, logPath: string): Promise<ChildProcess> {
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", join(options.folder, "data"), ...settings];
  const command = commandAs(options.serverUser, options.binaries.postgres, args);
  const log = await open(logPath, "a", 0o600);
  try {
    return spawn(command.file, command.args, {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      // A file, not a pipe: the server outlives a parent that is killed, and must not choke on its own log.
      stdio: ["ignore", log.fd, log.fd],
      // A group of its own, so that Ctrl-C in the terminal reaches us first and the server is the last to stop.
      detached: true,
      ...command.ids,
    });
  } finally {
    await log.close();
  }
}

/** Resolves, never rejects, with how the process ended. */
function exitOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(`could not be started: ${error.message}`));
  child.once("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `exit code ${code}`));
  return promise;
}

async function untilReady(dataPath: string, { pid }: ChildProcess, signal: AbortSignal): Promise<undefined> {
  for (;;) {
    const file = await readPostmasterFile(dataPath);
    if (file?.ready && file.pid === pid) return undefined;
    await delay(readyPollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Keeps one old log; gives the length of the current one. */
async function rotateLog(path: string): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < maxLogBytes) return size;
  await rename(path, `${path}.1`);
  return 0;
}

function startFailed(folder: string, { how, log }: { how: string; log: string }): NoxusError {
  const tail = log.trim().split("\n").slice(-8).join("\n");
  return new NoxusError(
    "database_start_failed",
    `The embedded PostgreSQL in ${folder} did not start (${how}). It said:\n${tail || "nothing"}\nPut right what it names, or set DATABASE_URL to a PostgreSQL of yours.`,
  );
}

function startTimedOut({ folder, startTimeoutMs }: LaunchOptions): NoxusError {
  return new NoxusError(
    "database_start_failed",
    `The embedded PostgreSQL in ${folder} did not become ready within ${startTimeoutMs} ms; ${join(folder, "server.log")} says what it was doing.`,
  );
}
