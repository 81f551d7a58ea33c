/**
 * Places of runs that only wait for a plugin that is busy: other runs have them meanwhile. A run that goes on has its
 * place back at once, so for a moment there may be more under way than places; what it lent is not taken away.
 */
export class LentPlaces {
  readonly #waits = new Map<string, number>();
  /** Called when a place can be had that could not before. */
  onLent: () => void = () => {};

  /** How many runs have lent theirs. */
  get size(): number {
    return this.#waits.size;
  }

  /** Until it is disposed of. A run may wait in several of its nodes; it has one place to lend. */
  lend(runId: string): Disposable {
    const waits = this.#waits.get(runId) ?? 0;
    this.#waits.set(runId, waits + 1);
    if (waits === 0) this.onLent();
    return { [Symbol.dispose]: () => this.#takeBack(runId) };
  }

  #takeBack(runId: string): void {
    const left = (this.#waits.get(runId) ?? 1) - 1;
    if (left > 0) this.#waits.set(runId, left);
    else this.#waits.delete(runId);
  }
}
