import type { NodeWait } from "@noxus/contracts";
import { RunInterrupted } from "../graph/run-error.ts";

/** How a run stands in which nothing goes on any more. */
export interface Suspension {
  status: "waiting" | "awaiting_human_feedback";
  /** When it goes on by itself, ISO; absent where only somebody else can make it. */
  wakeAt?: string;
}

/**
 * One execution of a run as seen from outside: it can be interrupted, paused, and told that something has come. It counts
 * what goes on in the run, so that one in which everything waits gives its place back.
 */
export class RunControl {
  readonly #controller = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  readonly #waits = new Set<NodeWait>();
  readonly #sleepers = new Set<() => void>();
  /** Nodes that are not at their end and do not wait, those between two attempts among them. */
  #busy = 0;
  /** Calls under way. */
  #calls = 0;
  #isPausing = false;
  #suspension: Suspension = { status: "waiting" };
  #look: NodeJS.Immediate | undefined;

  constructor() {
    this.#ended.promise.catch(() => {});
  }

  /** Its reason is a `RunInterrupted`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  interrupt(kind: RunInterrupted["kind"]): void {
    this.#controller.abort(new RunInterrupted(kind));
    this.#ended.reject(this.signal.reason);
  }

  /** No further call begins; the run is interrupted as `paused` when the last one has ended. */
  pause(): void {
    this.#isPausing = true;
    this.#lookSoon();
  }

  /** Something that the run waits for has perhaps come. */
  wake(): void {
    for (const rouse of this.#sleepers) rouse();
  }

  /** Counts a node from its first attempt to its end. */
  async node<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#lookSoon();
    }
  }

  /** Counts a call; while the run is being paused, none begins. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isPausing) await this.#ended.promise;
    this.#calls += 1;
    try {
      return await work();
    } finally {
      this.#calls -= 1;
      this.#lookSoon();
    }
  }

  /** Inside a call: what only waits is not under way meanwhile. */
  async wait<T>(wait: NodeWait, work: () => Promise<T>): Promise<T> {
    this.#waits.add(wait);
    this.#busy -= 1;
    this.#calls -= 1;
    this.#lookSoon();
    try {
      return await work();
    } finally {
      this.#waits.delete(wait);
      this.#busy += 1;
      this.#calls += 1;
    }
  }

  /** Resolves after so many ms, or when something has perhaps come. @throws the signal's reason. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, longestTimerMs));
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#sleepers.add(resolve);
    try {
      signal.throwIfAborted();
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      this.#sleepers.delete(resolve);
    }
  }

  /** What the run waited for, as one, when it was interrupted as `suspended`. */
  get suspension(): Suspension {
    return this.#suspension;
  }

  /** A turn later: what a node's end sets going counts by then. */
  #lookSoon(): void {
    this.#look ??= setImmediate(() => {
      this.#look = undefined;
      if (this.signal.aborted) return;
      if (this.#isPausing && this.#calls === 0) this.interrupt("paused");
      else if (this.#waits.size > 0 && this.#busy === 0) {
        this.#suspension = suspensionOf([...this.#waits]);
        this.interrupt("suspended");
      }
    });
  }
}

function suspensionOf(waits: readonly NodeWait[]): Suspension {
  const wakeAt = waits.flatMap(({ until }) => until ?? []).toSorted()[0];
  const isAsking = waits.some(({ kind }) => kind === "approval");
  return { status: isAsking ? "awaiting_human_feedback" : "waiting", ...(wakeAt && { wakeAt }) };
}

/** Timers of Node hold 2^31 - 1 ms at most: more would end at once. */
const longestTimerMs = 2_147_483_647;
