/** Nothing and null are the same, and so are fields in any order: programs write one way, the canvas the other. */
export function sameValue(one: unknown, other: unknown): boolean {
  return one === other || textOf(one ?? undefined) === textOf(other ?? undefined);
}

function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
