import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chosenVariables, machineVariableNames } from "../engines/machine-settings.ts";
import type { MachineVariables } from "../engines/pip-config.ts";

/**
 * npm's own settings that a package manager gets from the machine: which registry, with which credentials, reached how.
 * Not those that decide what is installed, nor the ones that `npm start` sets for itself.
 */
const npmSettings = [
  "before",
  "ca",
  "cafile",
  "cert",
  "fetch-retries",
  "fetch-retry-factor",
  "fetch-retry-maxtimeout",
  "fetch-retry-mintimeout",
  "fetch-timeout",
  "globalconfig",
  "https-proxy",
  "key",
  "maxsockets",
  "noproxy",
  "offline",
  "prefer-offline",
  "proxy",
  "registry",
  "replace-registry-host",
  "strict-ssl",
  "userconfig",
] as const;

/** The documentation's words for the settings below. */
export const npmSettingNames: readonly string[] = npmSettings.map(
  (name) => `npm_config_${name.replaceAll("-", "_")}`,
);

/** The environment of npm, pnpm and Yarn: nothing else of the server's reaches them, and nothing of this a plugin. */
export function packageManagerEnvironment(machine: MachineVariables): Record<string, string> {
  const names = Object.keys(machine).filter(isNpmSetting);
  return {
    NO_COLOR: "1",
    CI: "1",
    ...chosenVariables(machine, [...machineVariableNames.packageManager, ...names]),
  };
}

function isNpmSetting(variable: string): boolean {
  const name = /^npm_config_(.+)$/i.exec(variable)?.[1];
  if (name === undefined) return false;
  // `@scope:registry` and `//host/:_authToken` are written as they are.
  if (/^@[^:]+:registry$/.test(name) || /^\/\/.+:[^:]+$/.test(name)) return true;
  return (npmSettings as readonly string[]).includes(name.toLowerCase().replaceAll("_", "-"));
}

/** Of a plugin's .npmrc: where its packages come from. Anything that would run or read something else is left out. */
export async function readPluginNpmrc(folder: string): Promise<string> {
  const text = await readFile(join(folder, ".npmrc"), "utf8").catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => isAddress(line) || /^legacy-peer-deps\s*=/.test(line)).join("\n");
}

/** `${…}` would carry the machine's settings to an address of the plugin's choice. */
function isAddress(line: string): boolean {
  return /^(@[\w.-]+:)?registry\s*=/.test(line) && !line.includes("${");
}
