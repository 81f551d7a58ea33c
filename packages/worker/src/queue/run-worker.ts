import { setTimeout as wait } from "node:timers/promises";
import { runCancelChannel } from "@noxus/contracts";
import type { Database, Hint, RunQueue } from "@noxus/database";
import type { Logger } from "@noxus/service";
import { RunInterrupted } from "../graph/run-error.ts";
import type { RunEnd } from "../journal/run-journal.ts";
import type { LeasedRun, Leases } from "./leases.ts";

export interface RunWorkerOptions {
  database: Database;
  queue: RunQueue;
  leases: Leases;
  /** Executes a run to its end; rejects with `RunInterrupted` where it goes on elsewhere. */
  execute: (run: LeasedRun, signal: AbortSignal) => Promise<RunEnd>;
  /** Told of each end that this worker has written. */
  onEnd: (run: LeasedRun, end: RunEnd) => void;
  /** Runs at once. */
  concurrency: number;
  /** How long runs may go on when the worker is asked to stop, before they are handed over. */
  drainMs: number;
  logger: Logger;
}

interface ActiveRun {
  epoch: number;
  controller: AbortController;
  done: Promise<unknown>;
}

/** How often runs without a worker are looked for: what a dead worker's run waits on top of its lease. */
const lookEveryMs = 1_000;

/** Takes runs from the queue and from dead workers, and keeps the leases of those under way. */
export class RunWorker {
  readonly #options: RunWorkerOptions;
  readonly #active = new Map<string, ActiveRun>();

  constructor(options: RunWorkerOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has ended and every run is at its end or handed over. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, queue, concurrency } = this.#options;
    const ended = new AbortController();
    const listening = database.notifications.listen(runCancelChannel, (hint) => this.#onCancel(hint));
    const { leases, logger } = this.#options;
    const warn = (error: unknown) =>
      logger.warn({ err: error }, "leases could not be looked after; trying again");
    const beside = [
      every(leases.leaseMs / 3, ended.signal, () => this.#renew(), warn),
      every(lookEveryMs, AbortSignal.any([signal, ended.signal]), () => this.#look(), warn),
    ];
    const handOver = this.#handOverAfter(signal, ended.signal);
    try {
      await queue.takeRuns({ concurrency, signal, onRun: ({ runId }) => this.#take(runId) });
      await Promise.all([...this.#active.values()].map(({ done }) => done));
    } finally {
      listening.stop();
      ended.abort();
      await Promise.all([...beside, handOver]);
    }
  }

  /** Runs under way. */
  get size(): number {
    return this.#active.size;
  }

  async #take(runId: string): Promise<void> {
    if (this.#active.has(runId)) return;
    const run = await this.#options.leases.take(runId);
    // The queue hands the job out again: PostgreSQL may have lost, with its process, that the run was taken.
    if (run && (await this.#start(run)) === "lost") throw new Error(`The run ${runId} was lost.`);
  }

  async #look(): Promise<void> {
    const free = this.#options.concurrency - this.#active.size;
    if (free <= 0) return;
    for (const run of await this.#options.leases.takeDue(free)) {
      this.#options.logger.info({ runId: run.id, epoch: run.epoch }, "took up a run that had no worker");
      void this.#start(run);
    }
  }

  /** Never rejects: what goes wrong with a run is the run's, and its lease hands it on. */
  #start(run: LeasedRun): Promise<"lost" | "left"> {
    const controller = new AbortController();
    const done = this.#execute(run, controller.signal).finally(() => {
      if (this.#active.get(run.id)?.controller === controller) this.#active.delete(run.id);
    });
    this.#active.set(run.id, { epoch: run.epoch, controller, done });
    return done;
  }

  async #execute(run: LeasedRun, signal: AbortSignal): Promise<"lost" | "left"> {
    const logger = this.#options.logger.child({ runId: run.id, epoch: run.epoch });
    try {
      const end = await this.#options.execute(run, signal);
      this.#options.onEnd(run, end);
    } catch (error) {
      if (!(error instanceof RunInterrupted))
        logger.error({ err: error }, "executing a run failed by a fault of ours");
      else if (error.kind === "handed_over") await this.#handOver(run, logger);
      else {
        logger.warn({ err: error }, "a run was lost; it goes on from its journal");
        return "lost";
      }
    }
    return "left";
  }

  /** Gives the run back and tells the other workers, so that it need not wait for its lease to run out. */
  async #handOver(run: LeasedRun, logger: Logger): Promise<void> {
    const { leases, queue, database } = this.#options;
    try {
      if (!(await leases.release(run))) return;
      await queue.enqueue(database.db, { runId: run.id, workspaceId: run.workspace_id, priority: 1 });
    } catch (error) {
      logger.warn({ err: error }, "a run could not be handed over; its lease runs out by itself");
    }
  }

  async #handOverAfter(signal: AbortSignal, ended: AbortSignal): Promise<void> {
    await untilAborted(AbortSignal.any([signal, ended]));
    await wait(this.#options.drainMs, undefined, { signal: ended }).catch(() => {});
    for (const { controller } of this.#active.values()) controller.abort(new RunInterrupted("handed_over"));
  }

  #onCancel(hint: Hint): void {
    if (hint.kind === "notification")
      this.#active.get(hint.payload)?.controller.abort(new RunInterrupted("cancelled"));
    else this.#renew().catch(() => {});
  }

  /** Runs that are not ours any more end at once; so do those whose cancelling was not heard. */
  async #renew(): Promise<void> {
    const held = [...this.#active].map(([id, { epoch }]) => ({ id, epoch }));
    if (held.length === 0) return;
    const kept = new Map((await this.#options.leases.renew(held)).map((run) => [run.id, run]));
    for (const { id, epoch } of held) {
      const active = this.#active.get(id);
      if (active?.epoch !== epoch) continue;
      const run = kept.get(id);
      if (!run) active.controller.abort(new RunInterrupted("lost"));
      else if (run.cancel_requested) active.controller.abort(new RunInterrupted("cancelled"));
    }
  }
}

/** Until the signal ends; a round that fails is no reason to stop, the next one may succeed. */
async function every(
  ms: number,
  signal: AbortSignal,
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await wait(ms, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await work().catch(onFailure);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
