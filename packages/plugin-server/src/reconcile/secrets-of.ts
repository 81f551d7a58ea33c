import type { DesiredPlugin, Manifest } from "@noxus/contracts";

/** Displays whose values no form shows. */
const secretDisplays = new Set(["password", "api_key"]);

/** Values that must not stand in the plugin's log: the source's credentials, and secret fields of its configuration. */
export function secretsOf({ source, config }: DesiredPlugin, manifest: Manifest | undefined): string[] {
  const fields = manifest?.config ?? {};
  const fromConfig = Object.entries(config)
    .filter(([name]) => secretDisplays.has(fields[name]?.display?.type ?? "") || looksSecret(name))
    .map(([, value]) => value);
  return [...fromConfig, ...sourceSecrets(source)].filter((value) => typeof value === "string");
}

function sourceSecrets(source: DesiredPlugin["source"]): (string | undefined)[] {
  if (source.type === "git") return [source.token, source.password];
  return source.type === "remote" ? [source.key] : [];
}

/** Before the manifest is known, and for fields whose author used a plain text display. */
function looksSecret(name: string): boolean {
  return /key|token|secret|password/i.test(name);
}
