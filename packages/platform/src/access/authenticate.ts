import { NoxusError } from "@noxus/contracts";
import type { Database } from "@noxus/database";
import {
  type HttpServer,
  type Keyring,
  keyOf,
  type Logger,
  type MetricsAccess,
  metricsGuard,
  sameKey,
} from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { type Access, requireAdmin } from "./access.ts";
import { findAccess, markUsed } from "./key-store.ts";
import { accessOfSession } from "./session.ts";

export interface AuthenticateOptions {
  database: Database;
  /** What plugin servers show; opens `/plugin-server/…` and nothing else. */
  platformKey: string;
  /** Opens the sessions of browsers. */
  keyring: Keyring;
  /** Who may read the metrics beside administrators. */
  metricsAccess: MetricsAccess;
  logger: Logger;
}

/** What a load balancer and a reader of the documentation ask; tells nothing that a stranger may not know. */
const openPaths = ["/health", "/ready", "/openapi.json", "/docs", "/console", "/v1/hooks"];

/** Asks every request for a key: plugin servers for theirs, everybody else for an API key of a workspace. */
export function requireKeys(server: HttpServer, options: AuthenticateOptions): void {
  const mayReadMetrics = metricsGuard(options.metricsAccess);
  server.decorateRequest("access", null as unknown as Access);
  server.addHook("onRequest", async (request) => {
    const path = request.url.split("?")[0] ?? "";
    if (isOpen(path) || isOpenRequest(request.method, path) || mayReadMetrics(request)) return;
    if (path.startsWith("/plugin-server/")) checkPlatformKey(request, options.platformKey);
    else request.access = await checkApiKey(request, options);
    // They tell of all workspaces together.
    if (path === "/metrics") requireAdmin(request.access);
  });
}

/** What shows a secret of its own. */
function isOpenRequest(method: string, path: string): boolean {
  return isSignIn(method, path) || isWaitAddress(method, path);
}

function isSignIn(method: string, path: string): boolean {
  return method === "POST" && path === "/v1/session";
}

/** The address of a waiting node is a secret itself. */
function isWaitAddress(method: string, path: string): boolean {
  return method === "POST" && path === "/v1/waits";
}

function isOpen(path: string): boolean {
  if (path === "/") return true;
  return openPaths.some((open) => path === open || path.startsWith(`${open}/`));
}

function checkPlatformKey(request: FastifyRequest, platformKey: string): void {
  const given = keyOf(request);
  if (given !== undefined && sameKey(given, platformKey)) return;
  throw new NoxusError(
    "unauthorized",
    "Plugin servers show the platform's PLUGIN_SERVER_PLATFORM_KEY as the header X-API-Key.",
  );
}

async function checkApiKey(
  request: FastifyRequest,
  { database, keyring, logger }: AuthenticateOptions,
): Promise<Access> {
  const given = keyOf(request);
  if (given === undefined) {
    const access = await accessOfSession(request, { db: database.db, keyring });
    if (access) return access;
    throw new NoxusError(
      "unauthorized",
      "Send an API key as the header X-API-Key (or Authorization: Bearer).",
    );
  }
  const found = await findAccess(database.db, given);
  if (!found)
    throw new NoxusError("unauthorized", "The API key is none of this platform, or it was revoked.");
  markUsed(database.db, found).catch((error) =>
    logger.debug({ err: error }, "the use of an API key was not noted"),
  );
  const { lastUsedAt: _, ...access } = found;
  return access;
}
