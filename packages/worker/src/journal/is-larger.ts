/**
 * Whether a value's JSON text is longer than so many characters, about; found out without writing it. Looks at no more of
 * the value than decides, so that small values cost next to nothing.
 */
export function isLarger(value: unknown, characters: number): boolean {
  return left(value, characters) < 0;
}

/** Characters that are left of the given ones when the value is written; below 0 as soon as there are none. */
function left(value: unknown, characters: number): number {
  if (typeof value === "string") return characters - value.length - 2;
  if (typeof value !== "object" || value === null) return characters - 5;
  let rest = characters - 2;
  for (const key in value) {
    if (rest < 0) return rest;
    const name = Array.isArray(value) ? 0 : key.length + 3;
    rest = left((value as Record<string, unknown>)[key], rest - name - 1);
  }
  return rest;
}
