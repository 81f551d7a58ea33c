import { isObject } from "../config/coerce.ts";
import { UserError } from "../errors/user-error.ts";
import type { Files } from "../files/files.ts";
import { type AnyConnector, type Connectors, isOptional } from "./data.ts";

const fileTypes: readonly string[] = ["File", "Image", "Audio"];

/**
 * Inputs as `call()` gets them: files that can be read, dates, everything else as it came. Nothing else is checked.
 * A missing or undeclared input is the fault of whoever called, never of the user: it counts as a bug.
 */
export function openInputs(
  connectors: Connectors,
  given: Record<string, unknown>,
  files: () => Files,
): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const name in connectors) {
    const connector = connectors[name] as AnyConnector;
    if (name in given) inputs[name] = openInput(name, connector, given[name], files);
    else if (!isOptional(connector)) throw new TypeError(`The required input "${name}" did not come.`);
  }
  for (const name in given) if (!(name in connectors)) throw new TypeError(`There is no input "${name}".`);
  return inputs;
}

function openInput(name: string, connector: AnyConnector, value: unknown, files: () => Files): unknown {
  if (!fileTypes.includes(connector.dataType) && connector.dataType !== "datetime") return value;
  const open = (one: unknown) => {
    if (connector.dataType === "datetime") return typeof one === "string" ? toDate(name, one) : one;
    return isObject(one) ? files().open(one) : one;
  };
  return Array.isArray(value) ? value.map(open) : open(value);
}

function toDate(name: string, text: string): Date {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(":") ? text : `${text}Z`;
  const date = new Date(zoned);
  if (!Number.isNaN(date.getTime())) return date;
  throw new UserError(`The input "${name}" is no date and time: expected e.g. 2026-01-31T12:00:00Z.`);
}

/** Outputs as they travel. What is no object has the name "output". */
export function closeOutputs(connectors: Connectors, given: unknown): Record<string, unknown> {
  if (!isObject(given) || isRich(given)) return { output: closeOutput(given) };
  for (const name in connectors) {
    const { dataType } = connectors[name] as AnyConnector;
    if (dataType === "datetime") given[name] = closeOutput(given[name]);
  }
  return given;
}

function isRich(value: object): boolean {
  return value instanceof Date || value instanceof Uint8Array || "toJSON" in value;
}

function closeOutput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeOutput);
  return value instanceof Date ? isoTime(value) : value;
}

/** As the published SDK writes it: no fraction, or six digits. */
function isoTime(date: Date): string {
  return date.toISOString().replace(/\.(\d{3})Z$/, (_, ms: string) => (ms === "000" ? "Z" : `.${ms}000Z`));
}
