import { setTimeout as delay } from "node:timers/promises";
import type { Job, PgBoss } from "pg-boss";
import type { DatabaseLogger } from "../connection/database-logger.ts";
import { runQueueName } from "./queue-settings.ts";
import type { RunJob } from "./run-queue.ts";

/** Between two tries while the database is away. */
const retryMs = 500;
/** At the end. What is not written by then is handed out again when its heartbeat has lapsed, which does no harm. */
const maxTriesAtEnd = 10;

/**
 * Writes down how jobs ended. Those that end while a write is under way go together in the next one, so that the
 * busier it is, the fewer queries a job costs.
 */
export class Settlement {
  readonly #boss: PgBoss;
  readonly #logger: DatabaseLogger;
  #done: Job<RunJob>[] = [];
  #failed: { job: Job<RunJob>; reason: string }[] = [];
  #writing: Promise<void> | undefined;
  #tries = 0;

  constructor({ boss, logger }: { boss: PgBoss; logger: DatabaseLogger }) {
    this.#boss = boss;
    this.#logger = logger;
  }

  complete(job: Job<RunJob>): void {
    this.#done.push(job);
    this.#write();
  }

  fail(job: Job<RunJob>, error: unknown): void {
    this.#failed.push({ job, reason: error instanceof Error ? error.message : String(error) });
    this.#write();
  }

  /** Resolves when everything so far is written, or could not be in several tries. */
  async settled(): Promise<void> {
    this.#tries = 0;
    while (this.#writing && this.#tries < maxTriesAtEnd) await Promise.race([this.#writing, delay(retryMs)]);
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#done.length + this.#failed.length > 0) this.#write();
    });
  }

  async #writeAll(): Promise<void> {
    const done = this.#done.splice(0);
    const failed = this.#failed.splice(0);
    try {
      // The job carries its attempt: a taker that was given up meanwhile changes nothing.
      if (done.length > 0) await this.#boss.complete(runQueueName, done);
      while (failed[0]) {
        await this.#boss.fail(runQueueName, failed[0].job, { message: failed[0].reason });
        failed.shift();
      }
    } catch (error) {
      this.#logger.warn({ err: error }, "the end of a job could not be written; trying again");
      this.#done.push(...done);
      this.#failed.push(...failed);
      this.#tries++;
      await delay(retryMs);
    }
  }
}
