import type { DesiredPlugin, Manifest } from "@noxus/contracts";

/** Displays whose values no form shows. */
const secretDisplays = new Set(["password", "api_key"]);

/** Values that must not stand in the plugin's log: the source's credentials, and secret fields of its configuration. */
export function secretsOf({ source, config }: DesiredPlugin, manifest: Manifest | undefined): string[] {
  const fields = manifest?.config ?? {};
  const fromConfig = Object.entries(config)
    .filter(([name]) => secretDisplays.has(fields[name]?.display?.type ?? "") || looksSecret(name))
    .map(([, value]) => value);
  const fromSource = source.type === "git" ? [source.token, source.password] : [];
  return [...fromConfig, ...fromSource].filter((value) => typeof value === "string");
}

/** Before the manifest is known, and for fields whose author used a plain text display. */
function looksSecret(name: string): boolean {
  return /key|token|secret|password/i.test(name);
}
