import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Hold, RegisterRequest } from "@noxus/contracts";
import {
  createLogger,
  createMetrics,
  type HttpServer,
  type Logger,
  listen,
  type Metrics,
  stopInOrder,
} from "@noxus/service";
import { type Bridge, startBridge } from "./bridge/bridge.ts";
import { type DataFolder, emptyFolder, openDataFolder } from "./data/data-folder.ts";
import { PluginLogs } from "./data/plugin-logs.ts";
import { beginLife, loadIdentity, type ServerIdentity } from "./data/server-identity.ts";
import { removeHalfWritten } from "./data/write-atomically.ts";
import type { Engine } from "./engines/engine.ts";
import { createUvEngine } from "./engines/uv-engine.ts";
import type { PluginServerEnvironment } from "./environment.ts";
import { createForwarder } from "./forward/forwarder.ts";
import type { Forwarder } from "./forward/route.ts";
import { createPluginServerHttp } from "./http/http-server.ts";
import { markerOf, markerVariable, type ServerLife } from "./instances/marker.ts";
import { startInstance } from "./instances/start-instance.ts";
import { sweepOrphans } from "./instances/sweep-orphans.ts";
import { startWatchdog, type Watchdog } from "./instances/watchdog.ts";
import { findIsolation } from "./isolation/isolation.ts";
import { type MarketplacePolicy, openPolicy, readPolicy } from "./marketplaces/policy.ts";
import { CallStatistics } from "./metrics/call-statistics.ts";
import { measureCalls } from "./metrics/measured-forwarder.ts";
import { addPluginMetrics } from "./metrics/plugin-metrics.ts";
import { observeReconciling } from "./metrics/reconcile-observer.ts";
import { UsageHistory } from "./metrics/usage-history.ts";
import { createNodeEngine } from "./node-engine/node-engine.ts";
import { createUpstream, type Upstream } from "./platform/upstream.ts";
import { createSourceReader, type SourceReader } from "./previews/source-reader.ts";
import { defaultBackoff } from "./reconcile/backoff.ts";
import { DesiredPlugins } from "./reconcile/desired-plugins.ts";
import type { Parts } from "./reconcile/parts.ts";
import { PluginRecords } from "./reconcile/plugin-record.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { Slots } from "./reconcile/slots.ts";
import { ReleaseStore } from "./releases/release-store.ts";
import { createRemoteEngine } from "./remote-engine/remote-engine.ts";
import { connectInstance } from "./remote-engine/remote-instance.ts";
import { type FetchSourceOptions, fetchSource } from "./sources/fetch-source.ts";
import { sweepFetches } from "./sources/sweep.ts";

export interface PluginServerOptions {
  /** The whole environment of the machine: uv and Git get an allow-list of it (PATH, proxy, certificates, package index). */
  machine: Record<string, string | undefined>;
  /** Told once, when the server takes calls; prints the ready line for a supervisor by default. */
  onReady?: (server: { url: string; apiKey: string; serverId: string }) => void;
  /** In place of the engines made here. */
  engines?: readonly Engine[];
  /** Ends the program in order. */
  signal: AbortSignal;
}

/** Calls in flight may go on so long after the program was asked to stop; a supervisor kills after 15 s. */
const drainMs = 8_000;

/**
 * Runs a plugin server until the signal ends; rejects where it cannot start. The order, and why:
 *
 *  1. folder    locked first: two servers in one folder would undo each other's work
 *  2. sweep     what a killed life left (processes, half-made folders) goes before anything new is made
 *     isolation what this machine gives is found out by trying, before anything is launched
 *  3. watchdog  before the first plugin: should this process be killed, its plugins go with it
 *  4. rooms     bridge, forwarder, logs, sources, releases, engines: they know nothing of each other
 *  5. state     the last known list and the records on disk: no network, so a platform that is away delays nothing
 *  6. http      before the first step of reconciling: a slow plugin delays no answer, and a taken port ends the start
 *               while there is nothing to undo
 *  7. loops     reconcile, tick, platform or plugins file
 *
 * Stopped in the opposite order: no new work, then calls in flight end, then processes, then the rest.
 */
export async function runPluginServer(
  environment: PluginServerEnvironment,
  options: PluginServerOptions,
): Promise<void> {
  const logger = createLogger({ program: "plugin-server", level: environment.LOG_LEVEL });
  await policyOf(environment);
  const folder = await openDataFolder(environment.NOXUS_DATA_FOLDER, environment.NOXUS_CACHE_FOLDER);
  try {
    await runInFolder({ environment, options, logger, folder });
  } finally {
    await folder.unlock();
  }
}

interface Program {
  environment: PluginServerEnvironment;
  options: PluginServerOptions;
  logger: Logger;
  folder: DataFolder;
}

async function runInFolder(program: Program): Promise<void> {
  const { environment, options, logger, folder } = program;
  const identity = await loadIdentity(folder.root, environment.PLUGIN_SERVER_API_KEY);
  const startedAt = await beginLife(folder.root);
  const life: ServerLife = { server: identity.serverId, life: randomUUID() };
  const made = options.engines ?? makeEngines(program, life);
  const releases = new ReleaseStore({ folder: folder.releases });
  await sweep(program, { engines: made, releases, life });
  const engines = await confined(program, made);

  const watchdog = startWatchdog({ ...life, logger });
  const { serverId } = identity;
  const upstream = createUpstream({ environment, serverId, startedAt, filesFolder: folder.files, logger });
  const killed = new AbortController();
  const rooms = await openRooms({ program, engines, releases, upstream, life, killed: killed.signal });
  let http: HttpServer | undefined;
  try {
    const reconciler = await loadState(program, rooms, upstream);
    http = await createPluginServerHttp({
      apiKey: identity.apiKey,
      version,
      reconciler,
      desired: rooms.desired,
      forwarder: rooms.forwarder,
      sources: rooms.sources,
      logOf: (pluginId) => rooms.logs.of(pluginId),
      platformState: upstream.state,
      metrics: rooms.metrics,
      usage: rooms.usage,
      metricsAccess: { key: environment.NOXUS_METRICS_KEY, open: environment.NOXUS_METRICS_OPEN },
      logger,
    });
    const { url } = await listen(http, {
      host: environment.PLUGIN_SERVER_HOST,
      port: environment.PLUGIN_SERVER_PORT,
    });
    reconciler.begin();
    tellReady(program, identity, url);
    await runLoops(program, {
      ...rooms,
      reconciler,
      upstream,
      registration: registrationOf(program, identity, url),
    });
    await stopPlugins(http, reconciler, logger);
  } finally {
    killed.abort(new Error("The plugin server ends."));
    await stopRooms({ http, engines, watchdog, logger, ...rooms });
  }
}

/** The machine's environment with the marker of this life, so that Git, uv and setup commands do not outlive it either. */
function markedMachine({ options }: Program, life: ServerLife): PluginServerOptions["machine"] {
  return { ...options.machine, [markerVariable]: markerOf({ ...life, instance: "install" }) };
}

/** In the order in which they are asked whether a folder is theirs. */
function makeEngines(program: Program, life: ServerLife): Engine[] {
  const { folder } = program;
  const shared = { cacheFolder: folder.cache, machine: markedMachine(program, life) };
  return [
    createUvEngine({ environmentsFolder: folder.environments, ...shared }),
    createNodeEngine({ environmentsFolder: folder.nodeEnvironments, ...shared }),
    createRemoteEngine(),
  ];
}

/** The same engines; what they launch is kept apart as far as this machine and its operator say. */
async function confined(
  { environment, options, folder, logger }: Program,
  engines: readonly Engine[],
): Promise<readonly Engine[]> {
  const isolation = await findIsolation({
    wanted: environment.PLUGIN_SERVER_ISOLATION,
    minimum: environment.PLUGIN_SERVER_MINIMUM_ISOLATION,
    maxProcesses: environment.PLUGIN_SERVER_MAX_PROCESSES,
    readable: environment.PLUGIN_SERVER_SANDBOX_READABLE,
    folder: folder.temporary,
    path: options.machine.PATH,
  });
  const { level, missing } = isolation;
  logger.info({ level, missing }, "plugins are kept apart at this level");
  return engines.map((engine) => ({
    ...engine,
    launch: async (spec) => isolation.confine(await engine.launch(spec), spec.pluginId),
  }));
}

async function sweep(
  { logger, folder }: Program,
  { engines, releases, life }: { engines: readonly Engine[]; releases: ReleaseStore; life: ServerLife },
): Promise<void> {
  const orphans = await sweepOrphans(life);
  if (orphans > 0) logger.warn({ processes: orphans }, "processes of an earlier life were ended");
  await sweepFetches(folder.temporary);
  await emptyFolder(folder.scratch);
  await Promise.all([folder.root, folder.plugins, folder.files].map(removeHalfWritten));
  await releases.sweep();
  for (const engine of engines) await engine.sweep();
}

interface Rooms {
  bridge: Bridge;
  forwarder: Forwarder;
  calls: CallStatistics;
  usage: UsageHistory;
  metrics: Metrics;
  logs: PluginLogs;
  desired: DesiredPlugins;
  sources: SourceReader;
  parts: Parts;
}

async function openRooms({
  program,
  engines,
  releases,
  upstream,
  life,
  killed,
}: {
  program: Program;
  engines: readonly Engine[];
  releases: ReleaseStore;
  upstream: Upstream;
  life: ServerLife;
  killed: AbortSignal;
}): Promise<Rooms> {
  const { environment, folder, logger } = program;
  const bridge = await startBridge({ transfer: upstream.files, scratchFolder: folder.temporary, logger });
  const calls = new CallStatistics();
  const forwarder = measureCalls(createForwarder(), calls);
  const usage = new UsageHistory({ forwarder, calls, intervalMs: environment.PLUGIN_SERVER_USAGE_MS });
  const logs = new PluginLogs(folder.logs);
  const fetchOptions = fetchOptionsOf(program, upstream, life);
  const parts: Parts = {
    fetchSource: (source, options) => fetchSource(source, { ...fetchOptions, ...options }),
    releases,
    engines,
    startInstance,
    connectInstance,
    openBridge: (instance) => bridge.open(instance),
    logOf: (pluginId) => logs.of(pluginId),
    removeLog: (pluginId) => logs.remove(pluginId),
    listLogs: () => logs.list(),
    forwarder,
    installSlots: new Slots(environment.PLUGIN_SERVER_MAX_INSTALLS),
    startSlots: new Slots(environment.PLUGIN_SERVER_MAX_STARTS || availableParallelism()),
    temporaryFolder: folder.temporary,
    scratchFolder: folder.scratch,
    keepReleases: environment.PLUGIN_SERVER_KEEP_RELEASES,
    backoff: {
      ...defaultBackoff,
      firstMs: environment.PLUGIN_SERVER_RESTART_FIRST_MS,
      capMs: environment.PLUGIN_SERVER_RESTART_CAP_MS,
    },
    markerOf: (instance) => markerOf({ ...life, instance }),
    lifeSignal: killed,
    logger,
  };
  const desired = new DesiredPlugins(folder.desiredList);
  const sources = createSourceReader({ fetchOptions, engines, temporaryFolder: folder.temporary });
  return { bridge, forwarder, calls, usage, metrics: createMetrics(), logs, parts, desired, sources };
}

/** Read anew each time: who may sign can change while plugins run. */
async function policyOf(environment: PluginServerEnvironment): Promise<MarketplacePolicy> {
  const { PLUGIN_SERVER_MARKETPLACES_FILE: file } = environment;
  if (file !== undefined) return readPolicy(file);
  return openPolicy(environment.PLUGIN_SERVER_MARKETPLACE_URL, environment.PLUGIN_SERVER_MARKETPLACE_BRANCH);
}

function fetchOptionsOf(
  program: Program,
  { packages }: Upstream,
  life: ServerLife,
): Omit<FetchSourceOptions, "into" | "signal"> {
  const { environment } = program;
  const roots = environment.PLUGIN_SERVER_LOCAL_ROOTS;
  return {
    policy: () => policyOf(environment),
    allowLocal: environment.PLUGIN_SERVER_ALLOW_LOCAL,
    localRoots: roots.length > 0 ? roots : ["/"],
    uploads: packages,
    environment: markedMachine(program, life),
    limits: {
      maxPackedBytes: environment.PLUGIN_SERVER_MAX_PACKAGE_BYTES,
      maxBytes: environment.PLUGIN_SERVER_MAX_UNPACKED_BYTES,
      maxEntries: environment.PLUGIN_SERVER_MAX_FILES,
    },
  };
}

async function loadState(
  { environment, logger, folder }: Program,
  { parts, desired, forwarder, calls, metrics }: Rooms,
  upstream: Upstream,
): Promise<Reconciler> {
  const reconciler = new Reconciler({
    parts,
    desired,
    records: new PluginRecords(folder.plugins),
    onChange: upstream.changed,
    tickMs: environment.PLUGIN_SERVER_TICK_MS,
    formerIdleMs: environment.PLUGIN_SERVER_FORMER_IDLE_MS,
    hold: environment.PLUGIN_SERVER_HOLD ? holdFromStart() : undefined,
    observer: observeReconciling(metrics),
  });
  addPluginMetrics(metrics, { reports: () => reconciler.reports(), forwarder, calls });
  await desired.load((error) =>
    logger.warn({ err: error }, "the last known list of plugins is damaged; the platform sends it again"),
  );
  await reconciler.load();
  return reconciler;
}

function holdFromStart(): Hold {
  return {
    reason: "The plugin server was started with PLUGIN_SERVER_HOLD.",
    since: new Date().toISOString(),
  };
}

function tellReady({ options, logger }: Program, identity: ServerIdentity, url: string): void {
  logger.info({ url, serverId: identity.serverId }, "the plugin server takes calls");
  const printReady = () => void process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
  (options.onReady ?? printReady)({ url, ...identity });
}

function registrationOf(
  { environment }: Program,
  { serverId, apiKey }: ServerIdentity,
  url: string,
): RegisterRequest {
  const reachedAt = environment.PLUGIN_SERVER_URL_PUBLIC ?? url;
  return { serverId, name: environment.PLUGIN_SERVER_NAME, url: reachedAt, apiKey, version };
}

/** Resolves when the signal ends; a loop that fails ends the others and the program. */
async function runLoops(
  { options }: Program,
  {
    reconciler,
    upstream,
    desired,
    forwarder,
    usage,
    registration,
  }: Rooms & { reconciler: Reconciler; upstream: Upstream; registration: RegisterRequest },
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const inFlight = () => forwarder.inFlight;
  try {
    await Promise.all([
      reconciler.run(signal),
      usage.run(() => reconciler.reports(), signal),
      upstream.run({ reconciler, desired, inFlight, registration, signal }),
    ]);
  } finally {
    failed.abort(new Error("Another part of the plugin server failed."));
  }
}

/** No new calls; those in flight end while their processes still live, both against the same deadline. */
async function stopPlugins(http: HttpServer, reconciler: Reconciler, logger: Logger): Promise<void> {
  const deadlineMs = drainMs + 4_000;
  await Promise.all([
    stopInOrder([{ name: "http", stop: () => http.close(), deadlineMs }], logger),
    stopInOrder([{ name: "plugins", stop: () => reconciler.stop({ drainMs }), deadlineMs }], logger),
  ]);
}

async function stopRooms({
  http,
  engines,
  watchdog,
  bridge,
  logs,
  logger,
}: {
  http: HttpServer | undefined;
  engines: readonly Engine[];
  watchdog: Watchdog;
  bridge: Bridge;
  logs: PluginLogs;
  logger: Logger;
}): Promise<void> {
  await stopInOrder(
    [
      // Where the start failed it is still open.
      { name: "http", stop: () => http?.close(), deadlineMs: 2_000 },
      { name: "bridge", stop: () => bridge.close() },
      { name: "engines", stop: () => Promise.all(engines.map((engine) => engine.close())) },
      // The last that ends what is left of this life's processes.
      { name: "watchdog", stop: () => watchdog.stop() },
      { name: "logs", stop: () => logs.flush() },
    ],
    logger,
  );
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
