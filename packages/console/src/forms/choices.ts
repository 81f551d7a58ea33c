export interface Choice {
  value: string;
  label: string;
  /** What is sent: a choice may be a number or an object. */
  raw: unknown;
}

/** The choices of a display's `values`: texts, numbers, or objects with a value and a label. */
export function choicesOf(values: unknown): Choice[] {
  if (!Array.isArray(values)) return [];
  const all = values.map(toChoice);
  return all.filter(({ value }, index) => all.findIndex((other) => other.value === value) === index);
}

function toChoice(entry: unknown): Choice {
  if (typeof entry !== "object" || entry === null)
    return { value: String(entry), label: String(entry), raw: entry };
  const { value, label, name, id } = entry as Record<string, unknown>;
  const raw = value ?? id ?? name ?? label;
  return { value: keyOf(raw), label: String(label ?? name ?? raw), raw };
}

/** A value as the key of its choice. */
export function keyOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
