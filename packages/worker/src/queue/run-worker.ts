import { setTimeout as wait } from "node:timers/promises";
import { runAskedChannel, runCancelChannel, runQueuedChannel } from "@noxus/contracts";
import type { Database, Hint } from "@noxus/database";
import type { Logger } from "@noxus/service";
import { RunInterrupted } from "../graph/run-error.ts";
import type { RunEnd, RunRest } from "../journal/run-journal.ts";
import type { LeasedRun, Leases } from "./leases.ts";
import type { LentPlaces } from "./lent-places.ts";
import { RunControl } from "./run-control.ts";
import { isRest } from "./run-execution.ts";

export interface RunWorkerOptions {
  database: Database;
  leases: Leases;
  /** Executes a run to its end, or until nothing goes on in it; rejects with `RunInterrupted` where it goes on elsewhere. */
  execute: (run: LeasedRun, control: RunControl) => Promise<RunEnd | RunRest>;
  /** Told of each end that this worker has written. */
  onEnd: (run: LeasedRun, end: RunEnd) => void;
  /** Runs at once. */
  concurrency: number;
  /** Of runs that wait for a busy plugin. */
  lent: LentPlaces;
  /** How long runs may go on when the worker is asked to stop, before they are handed over. */
  drainMs: number;
  logger: Logger;
}

interface ActiveRun {
  epoch: number;
  control: RunControl;
  done: Promise<unknown>;
}

/** Places are lent up to so many times over: a run that waits costs little, but not nothing. */
const mostLent = 8;

/** The floor: hints may be lost, and a dead worker's run waits this long on top of its lease. */
const lookEveryMs = 1_000;

/**
 * Takes runs that wait and runs of dead workers, and keeps the leases of those under way. It takes as many as it has
 * places free, at once, whenever it is told of one, a place becomes free that somebody may wait for, or a second has passed.
 */
export class RunWorker {
  readonly #options: RunWorkerOptions;
  readonly #active = new Map<string, ActiveRun>();
  #woken = Promise.withResolvers<void>();

  constructor(options: RunWorkerOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has ended and every run is at its end or handed over. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, leases } = this.#options;
    const ended = new AbortController();
    this.#options.lent.onLent = () => this.#woken.resolve();
    const listening = [
      database.notifications.listen(runCancelChannel, (hint) => this.#onCancel(hint)),
      database.notifications.listen(runAskedChannel, () => void this.#renew().catch(this.#warn)),
      database.notifications.listen(runQueuedChannel, () => this.#woken.resolve()),
    ];
    const beside = [
      every(leases.leaseMs / 3, ended.signal, () => this.#renew(), this.#warn),
      every(lookEveryMs, ended.signal, () => this.#rouse(), this.#warn),
      this.#handOverAfter(signal, ended.signal),
    ];
    try {
      while (!signal.aborted) await this.#round(signal);
      await Promise.all([...this.#active.values()].map(({ done }) => done));
    } finally {
      for (const { stop } of listening) stop();
      ended.abort();
      await Promise.all(beside);
    }
  }

  get #free(): number {
    const { concurrency, lent } = this.#options;
    return concurrency - this.#active.size + Math.min(lent.size, concurrency * mostLent);
  }

  /** Runs under way. */
  get size(): number {
    return this.#active.size;
  }

  async #round(signal: AbortSignal): Promise<void> {
    // Before the look: what is told of while it lasts may not be in its answer.
    this.#woken = Promise.withResolvers<void>();
    await this.#look(signal).catch(this.#warn);
    const timer = new AbortController();
    const floor = wait(lookEveryMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) });
    await Promise.race([this.#woken.promise, floor.catch(() => {})]);
    timer.abort();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const free = this.#free;
    if (free <= 0) return;
    const { leases, logger } = this.#options;
    for (const run of await leases.take(free)) {
      const { id: runId, epoch } = run;
      if (epoch > 1) logger.info({ runId, epoch }, "took up a run that had no worker");
      // They came while the worker was asked to stop: those under way may have been handed over already.
      if (signal.aborted) await this.#handOver(run, logger);
      else this.#start(run);
    }
  }

  /** Runs whose wait is over by the clock go into the line again. */
  async #rouse(): Promise<void> {
    if (await this.#options.leases.rouse()) this.#options.database.hints.tell(runQueuedChannel);
  }

  readonly #warn = (error: unknown) =>
    this.#options.logger.warn({ err: error }, "leases could not be looked after; trying again");

  /** Never rejects: what goes wrong with a run is the run's, and its lease hands it on. */
  #start(run: LeasedRun): void {
    // Taken once more: the earlier execution has lost it, and has not noticed yet.
    this.#active.get(run.id)?.control.interrupt("lost");
    const control = new RunControl();
    const done = this.#execute(run, control).finally(() => {
      const isAwaited = run.has_limit || this.#free <= 0;
      if (this.#active.get(run.id)?.control === control) this.#active.delete(run.id);
      if (isAwaited) this.#woken.resolve();
    });
    this.#active.set(run.id, { epoch: run.epoch, control, done });
  }

  async #execute(run: LeasedRun, control: RunControl): Promise<void> {
    const logger = this.#options.logger.child({ runId: run.id, epoch: run.epoch });
    try {
      const end = await this.#options.execute(run, control);
      if (!isRest(end)) this.#options.onEnd(run, end);
      // What it waits for may have come while it was written that it waits: then it is in the line again.
      else this.#options.database.hints.tell(runQueuedChannel);
    } catch (error) {
      if (!(error instanceof RunInterrupted))
        logger.error({ err: error }, "executing a run failed by a fault of ours");
      else if (error.kind === "handed_over") await this.#handOver(run, logger);
      else logger.warn({ err: error }, "a run was lost; it goes on from its journal");
    }
  }

  /** Gives the run back and tells the other workers, so that it need not wait for its lease to run out. */
  async #handOver(run: LeasedRun, logger: Logger): Promise<void> {
    const { leases, database } = this.#options;
    try {
      if (await leases.release(run)) database.hints.tell(runQueuedChannel);
    } catch (error) {
      logger.warn({ err: error }, "a run could not be handed over; its lease runs out by itself");
    }
  }

  async #handOverAfter(signal: AbortSignal, ended: AbortSignal): Promise<void> {
    await untilAborted(AbortSignal.any([signal, ended]));
    await wait(this.#options.drainMs, undefined, { signal: ended }).catch(() => {});
    for (const { control } of this.#active.values()) control.interrupt("handed_over");
  }

  #onCancel(hint: Hint): void {
    if (hint.kind === "notification") this.#active.get(hint.payload)?.control.interrupt("cancelled");
    else this.#renew().catch(() => {});
  }

  /** Runs that are not ours any more end at once; what is asked of the others is done, whether it was heard or not. */
  async #renew(): Promise<void> {
    const held = [...this.#active].map(([id, { epoch }]) => ({ id, epoch }));
    if (held.length === 0) return;
    const kept = new Map((await this.#options.leases.renew(held)).map((run) => [run.id, run]));
    for (const { id, epoch } of held) {
      const active = this.#active.get(id);
      if (active?.epoch !== epoch) continue;
      const run = kept.get(id);
      if (!run) active.control.interrupt("lost");
      else if (run.cancel_requested) active.control.interrupt("cancelled");
      else if (run.pause_requested) active.control.pause();
      else if (run.wake_requested) active.control.wake();
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
