import { setTimeout as delay } from "node:timers/promises";
import { parseEnvironment } from "@noxus/contracts";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "@noxus/database/embedded";
import type { Logger } from "@noxus/service/base";
import { startEnvironmentSchema } from "./environment.ts";

export interface DatabaseHandle {
  url: string;
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  env: Record<string, string | undefined>;
  dataFolder: string;
  logger: Logger;
  /** Told when the server ended by itself, and when it is back. */
  onNews: (news: string) => void;
  signal: AbortSignal;
}

/** Between two attempts to bring a server back that ended by itself. */
const restartWaitMs = 1_000;

/** The operator's own PostgreSQL where DATABASE_URL names one, else one in the data folder, kept running. */
export async function startDatabase(options: DatabaseOptions): Promise<DatabaseHandle> {
  const { DATABASE_URL } = parseEnvironment(startEnvironmentSchema, options.env);
  if (DATABASE_URL) return { url: DATABASE_URL, stop: async () => {} };
  const { dataFolder, logger, signal } = options;
  const first = await startEmbeddedPostgres({ dataFolder, logger, signal });
  return keepRunning(first, options);
}

/** Starts it again whenever it ends by itself; its address stays the same. */
function keepRunning(
  first: EmbeddedPostgres,
  { dataFolder, logger, onNews }: DatabaseOptions,
): DatabaseHandle {
  const stopped = new AbortController();
  let server: EmbeddedPostgres | undefined = first;
  const watch = async () => {
    while (!stopped.signal.aborted) {
      const how = await server?.exited;
      server = undefined;
      if (stopped.signal.aborted) return;
      onNews(`PostgreSQL ended (${how}); starting it again`);
      server = await startAgain({ dataFolder, logger, signal: stopped.signal }, onNews);
    }
  };
  const watching = watch();
  // Where this process ends at once (a second Ctrl-C): PostgreSQL's fast shutdown, which loses nothing.
  const endAtExit = () => void (server && signalIfThere(server.pid, "SIGINT"));
  process.once("exit", endAtExit);
  const stop = async () => {
    stopped.abort();
    await server?.stop();
    await watching;
    process.off("exit", endAtExit);
  };
  return { url: first.url, stop };
}

async function startAgain(
  options: EmbeddedPostgresOptions,
  onNews: (news: string) => void,
): Promise<EmbeddedPostgres | undefined> {
  while (!options.signal.aborted) {
    try {
      const server = await startEmbeddedPostgres(options);
      onNews("PostgreSQL is back");
      return server;
    } catch (error) {
      if (options.signal.aborted) break;
      onNews(`PostgreSQL did not start: ${(error as Error).message}`);
      await delay(restartWaitMs, undefined, { signal: options.signal }).catch(() => {});
    }
  }
  return undefined;
}

function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
