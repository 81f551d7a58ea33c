/** A place among the calls that run at once. */
export interface Slot {
  /** Gives the place to the next in the queue. Safe to call twice. */
  free(): void;
}

interface Waiting {
  resolve: (slot: Slot) => void;
  reject: (error: unknown) => void;
}

export interface SlotLimits {
  concurrency: number;
  queue: number;
}

/** First come, first served: so many run, so many wait, one more is refused. */
export class Slots {
  #limits: SlotLimits;
  #running = 0;
  #given = 0;
  readonly #queue = new Set<Waiting>();

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  /** Slots given since the beginning. */
  get given(): number {
    return this.#given;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get limits(): SlotLimits {
    return this.#limits;
  }

  setLimits(limits: SlotLimits): void {
    this.#limits = limits;
    this.#next();
  }

  /** A slot at once where one is free, else nothing: most calls need not wait, nor pay for waiting. */
  tryTake(): Slot | undefined {
    if (this.#running >= this.#limits.concurrency || this.#queue.size > 0) return undefined;
    return this.#give();
  }

  /** Whether one more may wait. */
  get hasRoom(): boolean {
    return this.#queue.size < this.#limits.queue;
  }

  /** Waits in the queue; leaves it with the signal's reason. */
  take(signal: AbortSignal): Promise<Slot> {
    const { promise, resolve, reject } = Promise.withResolvers<Slot>();
    const waiting: Waiting = { resolve, reject };
    const onAbort = () => {
      this.#queue.delete(waiting);
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    this.#queue.add(waiting);
    signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  #next(): void {
    for (const waiting of this.#queue) {
      if (this.#running >= this.#limits.concurrency) return;
      this.#queue.delete(waiting);
      waiting.resolve(this.#give());
    }
  }

  #give(): Slot {
    this.#running += 1;
    this.#given += 1;
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.#running -= 1;
        this.#next();
      },
    };
  }
}
