import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { connect, type Database, waitForDatabase, waitForSchema } from "@noxus/database";
import { createKeyring, createLogger, type Logger, stopInOrder } from "@noxus/service";
import { Agent, type Dispatcher } from "undici";
import type { WorkerEnvironment } from "./environment.ts";
import { patientSql } from "./journal/patient-sql.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { createWorkerMetrics, type WorkerMetrics } from "./metrics/worker-metrics.ts";
import { builtInExecutors } from "./nodes/built-in.ts";
import { JsonataEvaluator } from "./nodes/jsonata-evaluator.ts";
import type { NodeExecutor } from "./nodes/node-call.ts";
import { createGuardedAgent } from "./outbound/guarded-agent.ts";
import { callBack } from "./outbound/run-callback.ts";
import { Leases } from "./queue/leases.ts";
import { LentPlaces } from "./queue/lent-places.ts";
import { type ExecutionParts, executeRun } from "./queue/run-execution.ts";
import { RunWorker } from "./queue/run-worker.ts";
import { keepPresence } from "./queue/worker-presence.ts";
import { PluginRegistry } from "./registry/plugin-registry.ts";
import { routeFinder } from "./remote/plugin-route.ts";
import { remoteNode } from "./remote/remote-node.ts";
import { ServerChoice } from "./remote/server-choice.ts";

/** How long a call waits for a plugin server, or a plugin that comes back: a restart of either fits in. */
const patienceMs = 15_000;

/**
 * How long a run waits for PostgreSQL to come back. Longer than a lease, on purpose: while it is away nobody else can
 * take the run, and when it is back the lease's epoch refuses whoever is too late.
 */
const databasePatienceMs = 60_000;

export interface RunWorkerProgramOptions {
  /** Called once, when the worker takes runs. */
  onReady?: () => void;
  /** Called before that with where its metrics are, if they are anywhere. */
  onMetrics?: (url: string) => void;
}

/** The worker as a program: waits for the database and its schema, then executes runs until the signal ends. */
export async function runWorker(
  environment: WorkerEnvironment,
  signal: AbortSignal,
  { onReady, onMetrics }: RunWorkerProgramOptions = {},
): Promise<void> {
  const logger = createLogger({ program: "worker", level: environment.LOG_LEVEL });
  const database = await openDatabase(environment, logger, signal);
  const evaluator = new JsonataEvaluator({ timeoutMs: environment.NOXUS_EXPRESSION_TIMEOUT_MS });
  const outbound = createGuardedAgent({ allowPrivate: environment.NOXUS_HTTP_ALLOW_PRIVATE });
  const plugins = new Agent({ connections: 256, pipelining: 1, keepAliveTimeout: 30_000 });
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const leases = new Leases({ pool: database.pool, owner, leaseMs: environment.WORKER_LEASE_MS });
  const lent = new LentPlaces();
  const metrics = createWorkerMetrics();
  const parts = executionParts({
    environment,
    metrics,
    database,
    leases,
    lent,
    evaluator,
    outbound,
    plugins,
    logger,
    signal,
  });
  const worker = new RunWorker({
    database,
    leases,
    execute: (run, control) => executeRun(run, parts, control),
    onEnd: (run, end) => {
      metrics.ended(end);
      void callBack(run, end, { dispatcher: outbound, logger }, signal);
    },
    concurrency: environment.WORKER_CONCURRENCY,
    lent,
    drainMs: environment.WORKER_DRAIN_MS,
    logger,
  });
  metrics.countRuns(() => worker.size);
  let door: { url: string; close(): Promise<void> } | undefined;
  try {
    door = await openMetrics(environment, metrics, logger);
    if (door) onMetrics?.(door.url);
    onReady?.();
    logger.info({ owner, metrics: door?.url }, "worker ready");
    const { WORKER_CONCURRENCY: concurrency } = environment;
    const presence = { pool: database.pool, id: owner, host: hostname(), version, concurrency, logger };
    await Promise.all([
      worker.run(signal),
      keepPresence({ ...presence, running: () => worker.size }, signal),
    ]);
  } finally {
    await stopInOrder(
      [
        { name: "metrics", stop: () => door?.close(), deadlineMs: 2_000 },
        { name: "expressions", stop: () => evaluator.stop() },
        { name: "connections to plugin servers", stop: () => plugins.destroy() },
        { name: "connections out", stop: () => outbound.destroy() },
        { name: "database", stop: () => database.close() },
      ],
      logger,
    );
  }
}

async function openMetrics(environment: WorkerEnvironment, { metrics }: WorkerMetrics, logger: Logger) {
  const { WORKER_METRICS_PORT: port, WORKER_METRICS_HOST: host } = environment;
  if (port === undefined) return undefined;
  const access = { key: environment.NOXUS_METRICS_KEY, open: environment.NOXUS_METRICS_OPEN };
  return startMetricsServer({ host, port, metrics, access, version, logger });
}

async function openDatabase(
  { DATABASE_URL: url, WORKER_DATABASE_CONNECTIONS: max }: WorkerEnvironment,
  logger: Logger,
  signal: AbortSignal,
): Promise<Database> {
  await waitForDatabase({
    url,
    onWaiting: ({ error, attempt }) =>
      logger.warn({ attempt, err: error }, "the database does not answer; trying again"),
    signal,
  });
  const database = connect({ url, max, applicationName: "noxus-worker", logger });
  await waitForSchema({
    pool: database.pool,
    onWaiting: () => logger.info({}, "waiting for the platform to bring the schema up to date"),
    signal,
  });
  return database;
}

function executionParts(options: {
  environment: WorkerEnvironment;
  metrics: WorkerMetrics;
  database: Database;
  leases: Leases;
  lent: LentPlaces;
  evaluator: JsonataEvaluator;
  outbound: Dispatcher;
  plugins: Dispatcher;
  logger: Logger;
  signal: AbortSignal;
}): ExecutionParts {
  const { environment, metrics, database, leases, lent, evaluator, outbound, plugins, logger, signal } =
    options;
  const sql = patientSql(database.pool, { patienceMs: databasePatienceMs, logger, signal });
  const builtIns = builtInExecutors({
    evaluator,
    http: { dispatcher: outbound, maxBytes: environment.NOXUS_HTTP_MAX_BYTES },
  });
  return {
    sql,
    hints: database.hints,
    leases,
    registry: new PluginRegistry(sql),
    builtIns: measuredAll(builtIns, metrics),
    remote: metrics.measured(
      remoteNode({
        lendPlace: (runId) => lent.lend(runId),
        findRoute: routeFinder(sql, createKeyring(environment.NOXUS_ENCRYPTION_KEY)),
        choice: new ServerChoice(),
        dispatcher: plugins,
        maxBytes: environment.WORKER_MAX_OUTPUT_BYTES,
        patienceMs,
      }),
    ),
    itemConcurrency: environment.WORKER_ITEM_CONCURRENCY,
    limits: {
      nodeLength: environment.WORKER_LARGE_VALUE_LENGTH,
      outputLength: environment.WORKER_LARGE_OUTPUT_LENGTH,
    },
    logger,
  };
}

function measuredAll(
  executors: ReadonlyMap<string, NodeExecutor>,
  metrics: WorkerMetrics,
): ReadonlyMap<string, NodeExecutor> {
  return new Map([...executors].map(([type, execute]) => [type, metrics.measured(execute)]));
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
