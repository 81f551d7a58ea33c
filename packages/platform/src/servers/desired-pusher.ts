import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type DesiredList, desiredListResponseSchema } from "@noxus/contracts";
import type { Database } from "@noxus/database";
import { type Keyring, type Logger, retry } from "@noxus/service";
import { Wake } from "../http/event-stream.ts";
import { desiredChannel, readDesiredList } from "../plugins/desired-list.ts";
import type { PluginServers } from "./client.ts";
import { aliveServers, noteRevision, type ServerRow } from "./server-store.ts";

export interface DesiredPusherOptions {
  database: Database;
  keyring: Keyring;
  pluginServers: PluginServers;
  staleMs: number;
  logger: Logger;
}

/** A server that does not take the list within these tries gets it with its next report. */
const attempts = 3;
const pushTimeoutMs = 10_000;
/** Between two looks without a hint; every server asks by itself more often than that. */
const lookAgainMs = 30_000;

/**
 * Sends the desired list to every alive plugin server as soon as it has changed. Only a shortening of the wait: servers
 * get the list with their reports too, so a lost push costs seconds, not correctness.
 */
export async function pushDesired(options: DesiredPusherOptions, signal: AbortSignal): Promise<void> {
  const { database, logger } = options;
  const wake = new Wake();
  const listening = database.notifications.listen(desiredChannel, () => wake.wake());
  try {
    while (!signal.aborted) {
      await wake.wait(lookAgainMs, signal);
      if (signal.aborted) return;
      await pushOnce(options, signal).catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error }, "the desired list could not be pushed");
      });
    }
  } finally {
    listening.stop();
  }
}

async function pushOnce(options: DesiredPusherOptions, signal: AbortSignal): Promise<void> {
  const { database, keyring, staleMs } = options;
  const desired = await readDesiredList(database, keyring);
  const servers = await aliveServers(database.db, staleMs);
  const behind = servers.filter(({ revision }) => revision < desired.revision);
  // Side by side: a server that hangs must not keep the others waiting.
  await Promise.all(behind.map((server) => pushTo(server, desired, options, signal)));
}

async function pushTo(
  server: ServerRow,
  desired: DesiredList,
  { database, pluginServers, logger }: DesiredPusherOptions,
  signal: AbortSignal,
): Promise<void> {
  const push = async () => {
    const asked = {
      method: "PUT",
      path: "/plugins",
      body: desired,
      timeoutMs: pushTimeoutMs,
      signal,
    } as const;
    const { body } = await pluginServers.askServer(server, asked);
    return desiredListResponseSchema.parse(await readJson(body));
  };
  try {
    const { revision } = await retry(push, { attempts, firstMs: 200, signal });
    await noteRevision(database.db, server.id, revision);
  } catch (error) {
    if (signal.aborted) return;
    logger.warn(
      { serverId: server.id, err: error },
      "a plugin server did not take the desired list; it will ask",
    );
  }
}

async function readJson(body: Readable): Promise<unknown> {
  return JSON.parse(await text(body));
}
