/**
 * Keys to work on: a key that is added while it is worked on is worked on once more afterwards, never twice at a time.
 * Different keys run side by side, so a slow key delays no other. `run` says itself when to come back (`againAt`).
 */
export interface KeyedQueueOptions {
  /** Works on one key; never rejects for a reason of that key. Resolves with when to look again, of `performance.now()`. */
  run: (key: string, signal: AbortSignal) => Promise<{ againAtMs?: number }>;
  /** A fault of ours in `run`; the key is tried again after `faultDelayMs`. */
  onFault: (key: string, error: unknown) => void;
  /** 10,000 by default. */
  faultDelayMs?: number;
}

export class KeyedQueue {
  readonly #options: KeyedQueueOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #controller = new AbortController();

  constructor(options: KeyedQueueOptions) {
    this.#options = options;
  }

  /** Looks at the key now, or once more after the look that is under way. */
  add(key: string): void {
    if (this.#controller.signal.aborted) return;
    this.#cancelTimer(key);
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#running.set(key, this.#work(key));
  }

  /** Whether nothing is being worked on; timers may still be set. */
  get idle(): boolean {
    return this.#running.size === 0;
  }

  /** Aborts what runs, forgets what waits, and resolves when all looks have ended. */
  async stop(): Promise<void> {
    this.#controller.abort(new Error("The plugin server stops."));
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  async #work(key: string): Promise<void> {
    // One turn of the loop first: several reasons that come together become one look.
    await new Promise((resolve) => setImmediate(resolve));
    let againAtMs: number | undefined;
    do {
      this.#again.delete(key);
      againAtMs = await this.#look(key);
    } while (this.#again.has(key) && !this.#controller.signal.aborted);
    this.#running.delete(key);
    if (againAtMs !== undefined) this.#wakeAt(key, againAtMs);
  }

  async #look(key: string): Promise<number | undefined> {
    try {
      return (await this.#options.run(key, this.#controller.signal)).againAtMs;
    } catch (error) {
      if (this.#controller.signal.aborted) return undefined;
      this.#options.onFault(key, error);
      return performance.now() + (this.#options.faultDelayMs ?? 10_000);
    }
  }

  #wakeAt(key: string, atMs: number): void {
    if (this.#controller.signal.aborted) return;
    // A longer timer than this fires at once (32 bits); the look that it causes early finds nothing to do.
    const delayMs = Math.min(Math.max(Math.ceil(atMs - performance.now()), 0), 2_000_000_000);
    const timer = setTimeout(() => this.add(key), delayMs);
    this.#timers.set(key, timer);
  }

  #cancelTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
