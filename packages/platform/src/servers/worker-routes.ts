import { workers } from "@noxus/database";
import { desc, sql } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { adminOnly } from "../plugins/plugin-routes.ts";

const workerSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  /** Whether it has said so within the last 15 s. */
  alive: z.boolean(),
  concurrency: z.number(),
  running: z.number(),
  startedAt: z.iso.datetime(),
  heartbeatAt: z.iso.datetime(),
});

/** Workers, for administrators. */
export function registerWorkerRoutes(server: HttpServer, { database: { db } }: PlatformDependencies): void {
  server.get(
    "/v1/workers",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["workers"],
        summary: "Every worker, the newest first",
        description:
          "As they say themselves every 5 s. One that stops is gone at once, one that was killed is shown as not alive for an hour.",
        response: { 200: z.array(workerSchema) },
      },
    },
    async () => {
      const alive = sql<boolean>`${workers.heartbeatAt} > now() - interval '15 seconds'`;
      const rows = await db.select({ worker: workers, alive }).from(workers).orderBy(desc(workers.startedAt));
      return rows.map(({ worker, alive }) => ({
        ...worker,
        alive,
        startedAt: worker.startedAt.toISOString(),
        heartbeatAt: worker.heartbeatAt.toISOString(),
      }));
    },
  );
}
