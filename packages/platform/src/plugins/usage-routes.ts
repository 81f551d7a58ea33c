import { json } from "node:stream/consumers";
import {
  newestUsageSchema,
  type PluginMemory,
  pluginMemorySchema,
  pluginUsageSchema,
  usageSeriesSchema,
} from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import type { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { aliveServers, type ServerRow } from "../servers/server-store.ts";
import { pluginParams } from "./plugin-routes.ts";
import { findPlugin } from "./plugin-store.ts";

/** A server that hangs is left out: what the others say is shown meanwhile. */
const askTimeoutMs = 3_000;

/** What plugins use, as their plugin servers measure it. */
export function registerUsageRoutes(server: HttpServer, deps: PlatformDependencies): void {
  const tags = ["plugins"];
  server.get(
    "/v1/plugins/:id/usage",
    {
      schema: {
        tags,
        summary: "What a plugin has used over the last hour",
        description:
          "Memory, processor cores, calls and their times, of each plugin server that is alive and has it; oldest first. It begins anew with a plugin server.",
        params: pluginParams,
        response: { 200: pluginUsageSchema },
      },
    },
    async ({ params }) => {
      const { id } = await findPlugin(deps.database.db, params.id);
      const all = await askAll(deps, `/plugins/${id}/usage`, usageSeriesSchema);
      return { servers: all.map(({ server: { name }, answer }) => ({ server: name, ...answer })) };
    },
  );
  server.get(
    "/v1/plugin-usage",
    {
      schema: {
        tags,
        summary: "The memory that each plugin uses now",
        response: { 200: pluginMemorySchema },
      },
    },
    async () => {
      const all = await askAll(deps, "/usage", newestUsageSchema);
      return { plugins: sumByPlugin(all.flatMap(({ answer }) => answer.plugins)) };
    },
  );
}

function sumByPlugin(found: z.infer<typeof newestUsageSchema>["plugins"]): PluginMemory["plugins"] {
  return [...Map.groupBy(found, ({ id }) => id)].map(([id, parts]) => ({
    id,
    rssBytes: parts.reduce((sum, { point }) => sum + point.rssBytes, 0),
    processes: parts.reduce((sum, { point }) => sum + point.processes, 0),
  }));
}

/** The answers of the plugin servers that are alive and have one. */
async function askAll<T>(
  { database, environment, pluginServers, signal }: PlatformDependencies,
  path: string,
  schema: z.ZodType<T>,
): Promise<{ server: ServerRow; answer: T }[]> {
  const servers = await aliveServers(database.db, environment.NOXUS_SERVER_STALE_MS);
  const answers = await Promise.allSettled(
    servers.map(async (server) => {
      const asked = { method: "GET", path, timeoutMs: askTimeoutMs, signal } as const;
      const { body } = await pluginServers.askServer(server, asked);
      return { server, answer: schema.parse(await json(body)) };
    }),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}
