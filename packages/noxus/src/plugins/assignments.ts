import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type ConfigFields, NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readStandardInput } from "./secret.ts";

/**
 * `key=value` words as a configuration: `key=@file` reads a file, `key=-` standard input, `key=` gives null, which
 * removes the key. A value becomes what the manifest's field says, where the manifest is known.
 *
 * @throws NoxusError `invalid_request` for a word without `=`, `plugin_config_invalid` for a value of another type.
 */
export async function readAssignments(
  context: Pick<CommandContext, "cwd">,
  words: readonly string[],
  fields: ConfigFields = {},
): Promise<Record<string, unknown>> {
  const config: Record<string, unknown> = {};
  for (const word of words) {
    const { key, value } = splitAssignment(word);
    config[key] = value === "" ? null : convert(key, await readValue(context, value), fields[key]?.type);
  }
  return config;
}

/** @throws NoxusError `invalid_request` where there is no `=`, or nothing before it. */
export function splitAssignment(word: string): { key: string; value: string } {
  const at = word.indexOf("=");
  if (at < 1) throw new NoxusError("invalid_request", `Expected key=value, and got "${word}".`);
  return { key: word.slice(0, at), value: word.slice(at + 1) };
}

async function readValue({ cwd }: Pick<CommandContext, "cwd">, value: string): Promise<string> {
  if (value === "-") return readStandardInput();
  if (!value.startsWith("@")) return value;
  const path = resolve(cwd, value.slice(1));
  const content = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new NoxusError("invalid_request", `${path} cannot be read. Name a readable file after the @.`, {
      cause,
    });
  });
  return content.replace(/\r?\n$/, "");
}

const kinds: Record<string, (text: string) => unknown> = {
  int: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined),
  float: toNumber,
  number: toNumber,
  bool: (text) =>
    ({ true: true, yes: true, on: true, "1": true, false: false, no: false, off: false, "0": false })[text],
  list: (text) => ofKind(text, Array.isArray),
  dict: (text) =>
    ofKind(text, (value) => typeof value === "object" && value !== null && !Array.isArray(value)),
};

/** Types as the published SDK writes them: `int`, `list[str]`, `str | None`; text stays as it is. */
function convert(key: string, text: string, type = "str"): unknown {
  const name = type
    .replace(/\s*\|\s*None$/, "")
    .replace(/^Optional\[(.*)\]$/, "$1")
    .replace(/\[.*$/, "");
  const kind = kinds[name];
  if (!kind) return text;
  const value = kind(text);
  if (value !== undefined) return value;
  const example =
    { list: ' such as \'["a", "b"]\'', dict: " such as '{\"a\": 1}'", bool: ": true or false" }[name] ?? "";
  const message = `expected ${type}${example}, and got "${text}"`;
  throw new NoxusError("plugin_config_invalid", `${key}: ${message}.`, { fields: [{ path: key, message }] });
}

function toNumber(text: string): number | undefined {
  return text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
}

function ofKind(text: string, is: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
