import { setTimeout as delay } from "node:timers/promises";
import type { Job, PgBoss } from "pg-boss";
import type { DatabaseLogger } from "../connection/database-logger.ts";
import type { Notifications } from "../notify/notifications.ts";
import { runQueuedChannel, runQueueName } from "./queue-settings.ts";
import type { RunJob, TakeRunsOptions } from "./run-queue.ts";
import { Settlement } from "./settlement.ts";

export interface RunTakerOptions extends TakeRunsOptions {
  boss: PgBoss;
  notifications: Notifications;
  logger: DatabaseLogger;
}

/** The floor: a retry tells nobody, and a notification may be lost. Longer would be felt by whoever waits for a retry. */
const pollMs = 1_000;
/** A third of the heartbeat that the queue expects, so that two may fail. */
const heartbeatEveryMs = 3_000;
/** How long after its heartbeat lapsed a dead taker's job may lie. Several takers share the work by the queue's own claims. */
const housekeepingEveryMs = 5_000;

/**
 * Takes as many jobs as it has free slots, in one query, whenever it is told of one, a slot becomes free while more
 * were waiting, or a second has passed.
 */
export class RunTaker {
  readonly #options: RunTakerOptions;
  readonly #active = new Map<Job<RunJob>, Promise<void>>();
  readonly #settlement: Settlement;
  #woken = Promise.withResolvers<void>();

  constructor(options: RunTakerOptions) {
    this.#options = options;
    this.#settlement = new Settlement(options);
  }

  async run(): Promise<void> {
    const { notifications, signal } = this.#options;
    const listening = notifications.listen(runQueuedChannel, () => this.#wake());
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake);
    const ended = new AbortController();
    const beside = [this.#heartbeats(ended.signal), this.#housekeeping(ended.signal)];
    try {
      while (!signal.aborted) await this.#round();
      await Promise.all(this.#active.values());
      await this.#settlement.settled();
    } finally {
      ended.abort();
      signal.removeEventListener("abort", wake);
      listening.stop();
      await Promise.all(beside);
    }
  }

  #wake(): void {
    this.#woken.resolve();
  }

  async #round(): Promise<void> {
    // Before the query: what is sent while it runs may not be in its answer.
    this.#woken = Promise.withResolvers<void>();
    const free = this.#options.concurrency - this.#active.size;
    const jobs = free > 0 ? await this.#fetch(free) : [];
    for (const job of jobs) this.#start(job);
    // Full: more may be waiting, and the next free slot wakes us. Not full: the queue is empty.
    await this.#pause();
  }

  async #pause(): Promise<void> {
    const timer = new AbortController();
    const poll = delay(pollMs, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#woken.promise, poll]);
    timer.abort();
  }

  async #fetch(batchSize: number): Promise<Job<RunJob>[]> {
    const { boss, logger, signal } = this.#options;
    if (signal.aborted) return [];
    try {
      return await boss.fetch<RunJob>(runQueueName, { batchSize });
    } catch (error) {
      logger.warn({ err: error }, "the queue could not be read; looking again");
      return [];
    }
  }

  #start(job: Job<RunJob>): void {
    const work = this.#handle(job).finally(() => {
      const wasFull = this.#active.size >= this.#options.concurrency;
      this.#active.delete(job);
      if (wasFull) this.#wake();
    });
    this.#active.set(job, work);
  }

  /** Never rejects. */
  async #handle(job: Job<RunJob>): Promise<void> {
    const { onRun, logger } = this.#options;
    try {
      await onRun(job.data);
      this.#settlement.complete(job);
    } catch (error) {
      logger.warn({ runId: job.data.runId, err: error }, "looking at a run failed; it is tried again");
      this.#settlement.fail(job, error);
    }
  }

  async #heartbeats(signal: AbortSignal): Promise<void> {
    const { boss, logger } = this.#options;
    await every(heartbeatEveryMs, signal, async () => {
      const ids = [...this.#active.keys()];
      if (ids.length === 0) return;
      await boss.touch(runQueueName, ids).catch((error) => {
        logger.warn({ err: error }, "the heartbeat of the runs under way could not be written");
      });
    });
  }

  async #housekeeping(signal: AbortSignal): Promise<void> {
    const { boss, logger } = this.#options;
    await every(housekeepingEveryMs, signal, async () => {
      await boss.supervise(runQueueName).catch((error) => {
        logger.warn({ err: error }, "the queue's housekeeping failed");
      });
    });
  }
}

/** At once, and then again and again. */
async function every(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(ms, undefined, { signal }).catch(() => {});
  }
}
