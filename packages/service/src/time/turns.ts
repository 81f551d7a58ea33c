/** Runs what has the same key one after the other, and what has different keys side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Whether something with this key runs or waits. */
  has(key: string): boolean {
    return this.#last.has(key);
  }

  /** Calls when all that came before with this key has ended, well or not. */
  async take<T>(key: string, call: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(call, call);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
