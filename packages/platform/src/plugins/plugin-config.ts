import type { ConfigField, ConfigFields } from "@noxus/contracts";

/** Stands for a secret in answers; sent back, it keeps the secret as it is. */
export const SECRET_MARKER = "•••";

export type Config = Record<string, unknown>;

const secretDisplays = new Set(["password", "api_key"]);
const secretNames = /pass(word|phrase)|secret|token|api_?key|private_?key|credential/i;

/**
 * A configuration in two: what may be seen, and what may not. Before the manifest is known everything is secret: only
 * the manifest tells which fields are, and a secret that was seen once cannot be unseen.
 */
export function splitConfig(
  config: Config,
  fields: ConfigFields | undefined,
): { visible: Config; secrets: Config } {
  const isSecret = ([name]: [string, unknown]) => !fields || isSecretField(name, fields[name]);
  const entries = Object.entries(config);
  return {
    visible: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(entries.filter(isSecret)),
  };
}

/** By how a form shows it, or by its name where it is text; a field that the manifest does not have is secret. */
export function isSecretField(name: string, field: ConfigField | undefined): boolean {
  if (!field) return true;
  if (secretDisplays.has(field.display?.type ?? "")) return true;
  return secretNames.test(name) && (field.type ?? "str") === "str";
}

/** The current configuration with the changes: null removes a key, the marker keeps a secret. */
export function changeConfig(current: Config, changes: Config): Config {
  const kept = Object.entries(changes).filter(([, value]) => value !== SECRET_MARKER);
  const entries = Object.entries({ ...current, ...Object.fromEntries(kept) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** What is sent back: secrets as the marker. */
export function maskConfig(visible: Config, secretNames: readonly string[]): Config {
  return { ...visible, ...Object.fromEntries(secretNames.map((name) => [name, SECRET_MARKER])) };
}
