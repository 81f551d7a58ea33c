import type { Source } from "@noxus/contracts";
import type { plugins } from "@noxus/database";
import type { Keyring } from "@noxus/service";
import { type Config, splitConfig } from "./plugin-config.ts";
import { joinSource, type SourceSecrets, splitSource } from "./plugin-source.ts";

export type PluginRow = typeof plugins.$inferSelect;

/** The source with its secrets, for plugin servers only. */
export function readSource(row: PluginRow, keyring: Keyring): Source {
  return joinSource(row.source, openJson<SourceSecrets>(row.sourceSecretsEncrypted, keyring));
}

/** The configuration with its secrets, for plugin servers and calls only. */
export function readConfig(row: PluginRow, keyring: Keyring): Config {
  return { ...row.config, ...openJson<Config>(row.configSecretsEncrypted, keyring) };
}

/** Names of the configuration's sealed fields. */
export function secretNamesOf(row: PluginRow, keyring: Keyring): string[] {
  return Object.keys(openJson<Config>(row.configSecretsEncrypted, keyring) ?? {});
}

/** The columns that a source is stored in. */
export function sourceColumns(source: Source, keyring: Keyring) {
  const { visible, secrets } = splitSource(source);
  return { source: visible, sourceSecretsEncrypted: secrets ? keyring.seal(JSON.stringify(secrets)) : null };
}

/** The columns that a configuration is stored in; without a manifest all of it is sealed. */
export function configColumns(config: Config, manifest: PluginRow["manifest"], keyring: Keyring) {
  const { visible, secrets } = splitConfig(config, manifest ? (manifest.config ?? {}) : undefined);
  const isAny = Object.keys(secrets).length > 0;
  return { config: visible, configSecretsEncrypted: isAny ? keyring.seal(JSON.stringify(secrets)) : null };
}

/** Every text that must not be seen in what a plugin or a server says of this plugin. */
export function secretTextsOf(row: PluginRow, keyring: Keyring): string[] {
  const source = openJson<SourceSecrets>(row.sourceSecretsEncrypted, keyring) ?? {};
  return [...texts(source), ...texts(openJson<Config>(row.configSecretsEncrypted, keyring) ?? {})];
}

/** Shorter ones are words that occur anyway; blanking them would make messages unreadable. */
const shortestSecret = 6;

function texts(value: unknown): string[] {
  if (typeof value === "string") return value.length >= shortestSecret ? [value] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
}

function openJson<T>(envelope: string | null, keyring: Keyring): T | undefined {
  return envelope === null ? undefined : (JSON.parse(keyring.open(envelope)) as T);
}
