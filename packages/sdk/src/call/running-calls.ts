/** What a call is ended with when its caller gives it up. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** The calls that run now, by the id that their caller gave them. */
export class RunningCalls {
  readonly #running = new Map<unknown, Call>();
  #whenIdle: (() => void) | undefined;

  /** Runs a call; its signal is made when it is first asked for, or when the call is cancelled. */
  async run<T>(id: unknown, work: (cancelled: () => AbortSignal) => Promise<T>): Promise<T> {
    const call = new Call();
    const key = id ?? call;
    this.#running.set(key, call);
    try {
      return await work(() => call.signal);
    } finally {
      this.#running.delete(key);
      if (this.#running.size === 0) this.#whenIdle?.();
    }
  }

  cancel(id: unknown): void {
    this.#running.get(id)?.abort(new CancelledError("The call was cancelled."));
  }

  wasCancelled(error: unknown): boolean {
    return error instanceof CancelledError;
  }

  abort(reason: Error): void {
    for (const call of this.#running.values()) call.abort(reason);
  }

  /** Resolves when no call runs any more; after `drainMs` their signals abort, and nobody waits for them. */
  async drain(drainMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    const idle = new Promise<"idle">((resolve) => {
      this.#whenIdle = () => resolve("idle");
    });
    const tooLong = AbortSignal.timeout(drainMs);
    const late = new Promise<"late">((resolve) => {
      tooLong.addEventListener("abort", () => resolve("late"), { once: true });
    });
    if ((await Promise.race([idle, late])) === "late")
      this.abort(new CancelledError("The plugin is being stopped."));
  }
}

class Call {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
