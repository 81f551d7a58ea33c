import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@noxus/database";
import type { Logger } from "@noxus/service";

export interface WorkerPresence {
  pool: Database["pool"];
  /** This worker's name in the leases. */
  id: string;
  host: string;
  version: string;
  /** Runs at once, at most. */
  concurrency: number;
  /** Runs under way now. */
  running: () => number;
  logger: Logger;
}

const sayEveryMs = 5_000;

/** Those that were killed are forgotten by the ones that live. */
const saySql = `
with forgotten as (delete from workers where heartbeat_at < now() - interval '1 hour')
insert into workers (id, host, pid, version, concurrency, running) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set running = excluded.running, heartbeat_at = now()`;

/** Says again and again that this worker lives and how busy it is, until the signal ends; nothing depends on it. */
export async function keepPresence(presence: WorkerPresence, signal: AbortSignal): Promise<void> {
  const { pool, id, host, version, concurrency, running, logger } = presence;
  const note = (error: unknown) => logger.debug({ err: error }, "the worker's presence could not be written");
  while (!signal.aborted) {
    await pool.query(saySql, [id, host, process.pid, version, concurrency, running()]).catch(note);
    await delay(sayEveryMs, undefined, { signal }).catch(() => {});
  }
  await pool.query("delete from workers where id = $1", [id]).catch(note);
}
