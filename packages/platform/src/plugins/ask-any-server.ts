import { json } from "node:stream/consumers";
import { NoxusError } from "@noxus/contracts";
import type { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import type { PluginServerRequest } from "../servers/client.ts";
import { aliveServers } from "../servers/server-store.ts";

/** A server gives its looks into sources up after 60 s. */
const askTimeoutMs = 65_000;

/**
 * Asks a plugin server what changes nothing, so that the next one can be asked where one does not answer.
 *
 * @throws NoxusError with the server's own code, `plugin_server_unavailable` where none answers
 */
export async function askAnyServer<T>(
  { database, environment, pluginServers }: PlatformDependencies,
  asked: PluginServerRequest,
  schema: z.ZodType<T>,
): Promise<T> {
  let problem: unknown = new NoxusError(
    "plugin_server_unavailable",
    "No plugin server is alive, and it is they who look into sources. Start one, or look at its log.",
  );
  for (const server of await aliveServers(database.db, environment.NOXUS_SERVER_STALE_MS)) {
    try {
      const { body } = await pluginServers.askServer(server, { timeoutMs: askTimeoutMs, ...asked });
      return schema.parse(await json(body));
    } catch (error) {
      if (!(error instanceof NoxusError) || error.code !== "plugin_server_unavailable") throw error;
      problem = error;
    }
  }
  throw problem;
}
