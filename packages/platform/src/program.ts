import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  connect,
  type Database,
  type EmbeddedPostgres,
  migrate,
  pluginEvents,
  startEmbeddedPostgres,
  waitForDatabase,
} from "@noxus/database";
import { lt, sql } from "@noxus/database/sql";
import {
  createKeyring,
  createLogger,
  type HttpServer,
  type Logger,
  listen,
  type StopStep,
  stopInOrder,
} from "@noxus/service";
import { ensureAdminKey } from "./access/key-store.ts";
import { type PlatformSecrets, readSecrets } from "./access/secrets.ts";
import type { PlatformEnvironment } from "./environment.ts";
import { createDiskFileStore } from "./files/disk-file-store.ts";
import type { PlatformDependencies } from "./http/dependencies.ts";
import { createPlatformHttp } from "./http/http-server.ts";
import type { Readiness } from "./http/readiness.ts";
import { removeUninstalled } from "./plugins/remove-uninstalled.ts";
import { createNodeRegistry } from "./registry/load-registry.ts";
import { expireForEver } from "./retention/expire.ts";
import { createPluginServers } from "./servers/client.ts";
import { pushDesired } from "./servers/desired-pusher.ts";
import { runTriggers } from "./triggers/run-triggers.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

export interface PlatformOptions {
  /** Told once, when requests are answered. By default a line of JSON on stdout. */
  onReady?: (url: string) => void;
  logger?: Logger;
}

/**
 * Runs the platform until the signal ends; then stops what was started, in the reverse order.
 *
 * Start:
 *   1. secrets, so that nothing is ever stored in clear
 *   2. PostgreSQL of our own, where the operator has none
 *   3. HTTP, before the database answers: `/health` and `/ready` tell why nothing else does
 *   4. wait for the database (for ever), migrate, let the admin key in
 *   5. requests are answered; the ready line is printed
 *   6. loops: push the desired list, start what is due, expire, sweep
 * Stop:
 *   6. loops and streams that never end (by the signal)
 *   3. HTTP: requests in flight are answered
 *   4. connections
 *   2. PostgreSQL of our own, last, since all else needs it
 *
 * @throws NoxusError `port_in_use`, `data_folder_in_use`, `database_start_failed`.
 */
export async function runPlatform(
  environment: PlatformEnvironment,
  signal: AbortSignal,
  options: PlatformOptions = {},
): Promise<void> {
  const logger = options.logger ?? createLogger({ program: "platform", level: environment.LOG_LEVEL });
  const ended = new AbortController();
  const stops: StopStep[] = [];
  try {
    await run({ environment, options, logger, stops, signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ended.abort(new Error("The platform ends."));
    await stopInOrder(stops.reverse(), logger);
  }
}

interface Program {
  environment: PlatformEnvironment;
  options: PlatformOptions;
  logger: Logger;
  /** Grows with everything that was started, so that a failure in between stops what there is. */
  stops: StopStep[];
  signal: AbortSignal;
}

async function run(program: Program): Promise<void> {
  const { environment, options, stops, signal } = program;
  const secrets = await readSecrets(environment);
  const databaseUrl = environment.DATABASE_URL ?? (await startOwnPostgres(program)).url;
  const database = openDatabase(program, databaseUrl);
  const readiness: Readiness = { state: "connecting" };
  const deps = makeDependencies(program, { secrets, database });
  const http = await createPlatformHttp({ deps, readiness, version });
  stops.push({ name: "HTTP", stop: () => http.close() });
  const url = await listenForPeople(http, environment);
  await prepareDatabase(program, { database, databaseUrl, readiness, secrets });
  readiness.state = "ready";
  (options.onReady ?? printReady)(url);
  await Promise.all([
    pushDesired(pusherOptions(deps), signal),
    runTriggers(deps, signal),
    expireForEver(deps, signal),
    sweepForEver(deps),
  ]);
}

async function startOwnPostgres({ environment, logger, stops, signal }: Program): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataFolder: environment.NOXUS_DATA_FOLDER, logger, signal });
  stops.push({ name: "PostgreSQL", stop: () => postgres.stop(), deadlineMs: 20_000 });
  return postgres;
}

function openDatabase({ environment, logger, stops }: Program, url: string): Database {
  const max = environment.NOXUS_DATABASE_CONNECTIONS;
  const database = connect({ url, max, applicationName: "noxus-platform", logger });
  stops.push({ name: "database connections", stop: () => database.close() });
  return database;
}

function makeDependencies(
  { environment, logger, signal }: Program,
  { secrets, database }: { secrets: PlatformSecrets; database: Database },
): PlatformDependencies {
  const keyring = createKeyring(secrets.encryptionKey);
  const staleMs = environment.NOXUS_SERVER_STALE_MS;
  return {
    environment,
    database,
    keyring,
    registry: createNodeRegistry(database.db),
    fileStore: createDiskFileStore(join(environment.NOXUS_DATA_FOLDER, "files")),
    pluginServers: createPluginServers({ database, keyring, staleMs }),
    platformKey: secrets.platformKey,
    logger,
    signal,
  };
}

async function listenForPeople(http: HttpServer, environment: PlatformEnvironment): Promise<string> {
  const { url } = await listen(http, { host: environment.NOXUS_HOST, port: environment.NOXUS_PORT });
  return environment.NOXUS_PUBLIC_URL ?? url;
}

async function prepareDatabase(
  { logger, signal }: Program,
  {
    database,
    databaseUrl,
    readiness,
    secrets,
  }: { database: Database; databaseUrl: string; readiness: Readiness; secrets: PlatformSecrets },
): Promise<void> {
  await waitForDatabase({
    url: databaseUrl,
    signal,
    onWaiting: ({ error, attempt, retryInMs }) => {
      const fields = { code: error.code, reason: error.message, attempt, retryInMs };
      logger.warn(fields, "waiting for the database");
    },
  });
  readiness.state = "migrating";
  await migrate(database.pool, { signal });
  await ensureAdminKey(database.db, secrets.adminKey);
}

/** What a supervisor waits for. */
function printReady(url: string): void {
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
}

function pusherOptions({ database, keyring, pluginServers, environment, logger }: PlatformDependencies) {
  return { database, keyring, pluginServers, staleMs: environment.NOXUS_SERVER_STALE_MS, logger };
}

/** Servers that die leave records that only time tells to be done with. */
const sweepEveryMs = 10_000;
/** Events tell how something came about; later nobody asks. */
const eventsKeptDays = 30;

async function sweepForEver(deps: PlatformDependencies): Promise<void> {
  const { database, environment, fileStore, logger, signal } = deps;
  for (let round = 0; !signal.aborted; round++) {
    try {
      await removeUninstalled(database, environment.NOXUS_SERVER_STALE_MS);
      if (round % 360 === 0) {
        await fileStore.sweep();
        await database.db
          .delete(pluginEvents)
          .where(lt(pluginEvents.at, sql`now() - ${eventsKeptDays}::int * interval '1 day'`));
      }
    } catch (error) {
      logger.warn({ err: error }, "a sweep failed; the next one follows");
    }
    await delay(sweepEveryMs, undefined, { signal }).catch(() => {});
  }
}
