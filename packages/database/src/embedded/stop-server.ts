import { setTimeout as delay } from "node:timers/promises";
import { type ProcessIdentity, signalProcess } from "@noxus/service/base";
import type { DatabaseLogger } from "../connection/database-logger.ts";

/** Fast shutdown, immediate shutdown, and the end. Each waits as long for the server before the next. */
const ladder = [
  { name: "SIGINT", waitMs: 15_000 },
  { name: "SIGQUIT", waitMs: 5_000 },
  { name: "SIGKILL", waitMs: 5_000 },
] as const;

/** Ends the server; resolves when it is gone. */
export async function stopServer(
  identity: ProcessIdentity,
  exited: Promise<unknown>,
  logger: DatabaseLogger,
): Promise<void> {
  const gone = exited.then(() => true);
  for (const { name, waitMs } of ladder) {
    await signalProcess(identity, name);
    const timer = new AbortController();
    const late = delay(waitMs, false, { signal: timer.signal }).catch(() => false);
    const done = await Promise.race([gone, late]);
    timer.abort();
    if (done) return;
    logger.warn({ pid: identity.pid, signal: name, waitMs }, "the embedded PostgreSQL did not stop in time");
  }
  throw new Error(`The embedded PostgreSQL (pid ${identity.pid}) cannot be stopped.`);
}
