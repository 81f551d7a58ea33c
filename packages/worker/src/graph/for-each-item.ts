/**
 * The results for all items in their order, so many at once. The first failure is thrown when none is under way any
 * more: nothing of a walk that has ended goes on unseen.
 */
export async function forEachItem<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  let failure: { error: unknown } | undefined;
  const takeTurns = async () => {
    for (const [index, item] of waiting) {
      if (failure) return;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, takeTurns));
  if (failure) throw failure.error;
  return results;
}
