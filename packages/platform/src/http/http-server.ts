import cookie from "@fastify/cookie";
import multipart from "@fastify/multipart";
import { createHttpServer, type HttpServer } from "@noxus/service";
import scalar from "@scalar/fastify-api-reference";
import { requireKeys } from "../access/authenticate.ts";
import { tellChanges } from "../changes/tell-changes.ts";
import { serveConsole } from "../console/serve-console.ts";
import { addPlatformMetrics } from "../metrics/platform-metrics.ts";
import { databaseGone } from "./database-gone.ts";
import type { PlatformDependencies } from "./dependencies.ts";
import { notHere } from "./not-here.ts";
import { limitRates } from "./rate-limit.ts";
import { type Readiness, refuseUntilReady, registerHealthRoutes } from "./readiness.ts";
import { registerRoutes } from "./routes.ts";

export interface PlatformHttpOptions {
  deps: PlatformDependencies;
  readiness: Readiness;
  version: string;
}

/*
 * The way of a request, and how it may end at every step:
 *
 *   PATCH /v1/plugins/text-tools
 *     readiness   ─────────────── 503 database_unreachable, until the schema is there
 *     access      the key ─────── 401 unauthorized; /plugin-server/… asks for the platform's key instead
 *     rate        of the key ──── 429 rate_limited, with Retry-After
 *     route       who may ─────── 403 forbidden, where it is an administrator's
 *     schema      body, query ─── 400 malformed_json, invalid_request, with `fields`
 *     handler     its workspace ─ 404, the same for another workspace's things as for none
 *     anything else that is thrown: 503 where the database is away, 500 internal with the request id
 */

/** The platform's whole HTTP interface; `/openapi.json` describes it, `/docs` shows it. */
export async function createPlatformHttp({
  deps,
  readiness,
  version,
}: PlatformHttpOptions): Promise<HttpServer> {
  const { logger, environment } = deps;
  const server = await createHttpServer({
    title: "Noxus platform",
    version,
    logger,
    bodyLimit: environment.NOXUS_MAX_BODY_BYTES,
    translate: databaseGone,
    notFound: notHere,
  });
  refuseUntilReady(server, readiness);
  await server.register(cookie);
  const metricsAccess = { key: environment.NOXUS_METRICS_KEY, open: environment.NOXUS_METRICS_OPEN };
  requireKeys(server, { ...deps, metricsAccess });
  limitRates(server, environment.NOXUS_RATE_LIMIT_PER_MINUTE);
  addPlatformMetrics(server, deps);
  tellChanges(server, deps.database);
  await server.register(multipart);
  await addDocs(server);
  registerHealthRoutes(server, { readiness, database: deps.database });
  registerRoutes(server, deps);
  await serveConsole(server);
  return server;
}

/** The reference reads `/openapi.json`; its script comes from here, not from the network. */
async function addDocs(server: HttpServer): Promise<void> {
  await server.register(
    scalar as never,
    {
      routePrefix: "/docs",
      configuration: { url: "/openapi.json", withDefaultFonts: false, telemetry: false },
      logLevel: "silent",
    } as never,
  );
}
