import { pluginHoldInputSchema, pluginHoldSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { aliveServers } from "../servers/server-store.ts";
import { beginHold, endHold, readHold } from "./plugin-hold.ts";
import { adminOnly } from "./plugin-routes.ts";

/** A server that does not answer by then is told by its log, and can be asked itself. */
const askTimeoutMs = 5_000;

/** Safe mode: all plugins held, on all plugin servers. */
export function registerHoldRoutes(server: HttpServer, deps: PlatformDependencies): void {
  const { database } = deps;
  const answer = async () => ({ hold: (await readHold(database.db)) ?? null });
  const schema = { tags: ["plugins"], response: { 200: pluginHoldSchema } };
  server.get(
    "/v1/plugin-hold",
    { schema: { ...schema, summary: "Whether all plugins are held, and why" } },
    answer,
  );
  server.put(
    "/v1/plugin-hold",
    {
      onRequest: adminOnly,
      schema: {
        ...schema,
        summary: "Hold all plugins (safe mode)",
        description:
          "Running plugins are drained and stopped on every plugin server; nothing is installed or started, uninstalls go on; calls are refused with 503 plugins_held and the reason. Kept through restarts, until DELETE.",
        body: pluginHoldInputSchema,
      },
    },
    async ({ body }) => {
      await beginHold(database, body.reason);
      return answer();
    },
  );
  server.delete(
    "/v1/plugin-hold",
    {
      onRequest: adminOnly,
      schema: {
        ...schema,
        summary: "Let all plugins go on",
        description:
          "They start from what is on disk; nothing is installed again. Ends also what plugin servers hold by themselves (PLUGIN_SERVER_HOLD).",
      },
    },
    async () => {
      await endHold(database);
      await endHoldsOfServers(deps);
      return answer();
    },
  );
}

async function endHoldsOfServers({
  database,
  environment,
  pluginServers,
  logger,
  signal,
}: PlatformDependencies): Promise<void> {
  const servers = await aliveServers(database.db, environment.NOXUS_SERVER_STALE_MS);
  await Promise.all(
    servers.map(async (server) => {
      try {
        const asked = { method: "DELETE", path: "/hold", timeoutMs: askTimeoutMs, signal } as const;
        (await pluginServers.askServer(server, asked)).body.resume();
      } catch (error) {
        logger.warn(
          { serverId: server.id, err: error },
          "a plugin server could not be asked to let its plugins go on",
        );
      }
    }),
  );
}
