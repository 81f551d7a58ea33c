import type pg from "pg";
import type { DatabaseLogger } from "../connection/database-logger.ts";

/** Waits for no disk: a hint that is lost with PostgreSQL is made up for by whoever looks periodically. */
const sendSql = `select set_config('synchronous_commit', 'off', true), pg_notify(hint.channel, hint.payload)
from unnest($1::text[], $2::text[]) as hint(channel, payload)`;

/**
 * Tells listeners of what is committed already. A notification inside a transaction makes its commit wait until all
 * commits with notifications before it are on the disk, one after another; told afterwards, and together with all that
 * came meanwhile, it costs them nothing. What a program that dies did not tell is found by looking.
 */
export class Hints {
  readonly #pool: pg.Pool;
  readonly #logger: DatabaseLogger;
  #waiting = new Map<string, [channel: string, payload: string]>();
  #sending: Promise<void> | undefined;

  constructor(pool: pg.Pool, logger: DatabaseLogger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /** Returns at once. Not for what must be told only if a transaction commits: call it after the commit. */
  tell(channel: string, payload = ""): void {
    this.#waiting.set(`${channel} ${payload}`, [channel, payload]);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Resolves when everything so far is told, or could not be. */
  async told(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const hints = [...this.#waiting.values()];
      this.#waiting = new Map();
      const values = [hints.map(([channel]) => channel), hints.map(([, payload]) => payload)];
      await this.#pool.query({ name: "hints", text: sendSql, values }).catch((error: unknown) => {
        this.#logger.debug({ err: error }, "a hint could not be given; whoever waits for it looks by itself");
      });
    }
  }
}
