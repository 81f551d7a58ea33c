/** JSON text that PostgreSQL's jsonb takes: it holds neither U+0000 nor half a surrogate pair; both become U+FFFD. */
export function toJsonb(value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  return holdsUnstorable(json) ? (JSON.stringify(value, storable) ?? "null") : json;
}

/** The same value, with what jsonb does not hold exchanged; for columns that are written through drizzle. */
export function storableJson<T>(value: T): T {
  return holdsUnstorable(JSON.stringify(value) ?? "") ? (JSON.parse(toJsonb(value)) as T) : value;
}

function holdsUnstorable(json: string): boolean {
  return /\\u(0000|d[89a-f])/i.test(json);
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), item]));
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}
