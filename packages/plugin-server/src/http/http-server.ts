import {
  addMetricsRoute,
  createHttpServer,
  type HttpServer,
  type Logger,
  type Metrics,
  type MetricsAccess,
} from "@noxus/service";
import type { Forwarder } from "../forward/route.ts";
import type { LogFile } from "../logs/log-file.ts";
import type { UsageHistory } from "../metrics/usage-history.ts";
import type { SourceReader } from "../previews/source-reader.ts";
import type { DesiredPlugins } from "../reconcile/desired-plugins.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import { requireApiKey } from "./api-key.ts";
import { addForwardRoutes } from "./forward-routes.ts";
import { addLogRoutes } from "./log-routes.ts";
import { addPluginRoutes } from "./plugin-routes.ts";
import { addServerRoutes } from "./server-routes.ts";
import { addSourceRoutes } from "./source-routes.ts";
import { addUsageRoutes } from "./usage-routes.ts";

export interface PluginServerHttpOptions {
  apiKey: string;
  version: string;
  reconciler: Reconciler;
  desired: DesiredPlugins;
  forwarder: Forwarder;
  sources: SourceReader;
  logOf: (pluginId: string) => LogFile;
  /** How the platform is reached, for `/ready`. */
  platformState: () => "linked" | "unreachable" | "none";
  metrics: Metrics;
  usage: UsageHistory;
  /** Who may read the metrics beside those who have the server's key. */
  metricsAccess: MetricsAccess;
  logger: Logger;
}

/*
 * The way of a call, and how it may end at every step:
 *
 *   POST /plugins/{id}/nodes/{name}/execute
 *     http      key, plugin ─────────────────── 401 unauthorized · 404 plugin_unknown
 *     forward   admit: route, slot, queue ───── 409 missing_config, disabled · 503 busy, not_running (Retry-After)
 *               wait for an instance ────────── 504 deadline
 *     instances HTTP or stdio to the process ── 502 exited, protocol_error (x-noxus-started: no | perhaps) · 504 deadline
 *     plugin    the author's code ───────────── its own 400, 404, 422, 500, passed on as they are
 *     and back: head and body stream through the same rooms; nothing is parsed, nothing is kept.
 */

/** The plugin server's whole HTTP interface; `/openapi.json` describes it. */
export async function createPluginServerHttp(options: PluginServerHttpOptions): Promise<HttpServer> {
  const { apiKey, version, metrics, metricsAccess, logger } = options;
  const server = await createHttpServer({ title: "Noxus plugin server", version, logger });
  requireApiKey(server, apiKey, metricsAccess);
  addServerRoutes(server, options);
  addMetricsRoute(server, metrics);
  addPluginRoutes(server, options);
  addUsageRoutes(server, options);
  addLogRoutes(server, options);
  addSourceRoutes(server, options.sources);
  await addForwardRoutes(server, options);
  return server;
}
