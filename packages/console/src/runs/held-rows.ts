/** A list that others add to, as a person sees it who is in it. */
export interface HeldRows<T> {
  shown: T[];
  /** How many have come that are not shown yet. */
  waiting: number;
}

/** While rows are held they stay where they are, with what is known of them now; what has come since waits outside. */
export function heldRows<T extends { id: string }>(
  held: readonly T[] | undefined,
  now: readonly T[],
): HeldRows<T> {
  if (!held) return { shown: [...now], waiting: 0 };
  const known = new Map(now.map((row) => [row.id, row]));
  const shown = held.map((row) => known.get(row.id) ?? row);
  const ids = new Set(held.map(({ id }) => id));
  return { shown, waiting: now.filter(({ id }) => !ids.has(id)).length };
}
