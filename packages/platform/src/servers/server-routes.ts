import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { desiredRevision } from "../plugins/desired-list.ts";
import { adminOnly } from "../plugins/plugin-routes.ts";
import { aliveServers, listServers } from "./server-store.ts";

const serverSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  version: z.string(),
  /** Whether its last report is fresh. */
  alive: z.boolean(),
  /** Whether it works on the newest desired list. */
  current: z.boolean(),
  revision: z.number(),
  inFlight: z.number(),
  startedAt: z.string().nullable(),
  heartbeatAt: z.string(),
});

/** Plugin servers, for administrators. */
export function registerServerRoutes(
  server: HttpServer,
  { database, environment }: PlatformDependencies,
): void {
  server.get(
    "/v1/plugin-servers",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["plugin servers"],
        summary: "Every plugin server",
        response: { 200: z.array(serverSchema) },
      },
    },
    async () => {
      const { db } = database;
      const alive = new Set((await aliveServers(db, environment.NOXUS_SERVER_STALE_MS)).map(({ id }) => id));
      const newest = await desiredRevision(db);
      return (await listServers(db)).map((row) => ({
        id: row.id,
        name: row.name,
        url: row.url,
        version: row.version,
        alive: alive.has(row.id),
        current: row.revision >= newest,
        revision: row.revision,
        inFlight: row.inFlight,
        startedAt: row.startedAt?.toISOString() ?? null,
        heartbeatAt: row.heartbeatAt.toISOString(),
      }));
    },
  );
}
