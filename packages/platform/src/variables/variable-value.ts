import { NoxusError } from "@noxus/contracts";

/** What a variable's text stands for, in the words of the published client. */
export const valueTypes = ["string", "number", "boolean", "object", "datetime", "file"] as const;
export type ValueType = (typeof valueTypes)[number];

const expected: Record<ValueType, string> = {
  string: "a text",
  number: "a number, as in 1.5",
  boolean: "true or false",
  object: 'JSON of an object, as in {"a": 1}',
  datetime: "a date and time, as in 2030-01-31T12:00:00Z",
  file: "a file's id or address",
};

const fits: Record<ValueType, (text: string) => boolean> = {
  string: () => true,
  number: (text) => text.trim() !== "" && Number.isFinite(Number(text)),
  boolean: (text) => /^(true|false)$/i.test(text),
  object: isObject,
  datetime: (text) => !Number.isNaN(Date.parse(text)),
  file: (text) => text !== "",
};

/** @throws NoxusError `invalid_request`, without the value: it may be a secret. */
export function checkValue(text: string, type: ValueType): void {
  if (fits[type](text)) return;
  throw new NoxusError(
    "invalid_request",
    `inline_value is no ${type}: expected ${expected[type]}, got a text of ${text.length} characters that is none.`,
    { fields: [{ path: "body.inline_value", message: `Expected ${expected[type]}.` }] },
  );
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
