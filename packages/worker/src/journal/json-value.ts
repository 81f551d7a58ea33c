/** PostgreSQL's jsonb holds neither U+0000 nor half a surrogate pair; both become U+FFFD. */
export function toJsonb(value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  return /\\u(0000|d[89a-f])/i.test(json) ? (JSON.stringify(value, storable) ?? "null") : json;
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), item]));
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}
