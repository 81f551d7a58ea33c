import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The machine's environment variables, as the program got them. */
export type MachineVariables = Readonly<Record<string, string | undefined>>;

/** Options of pip, by their long names (`index-url`, `cert` …), from its files and `PIP_…` variables. */
export type PipOptions = Readonly<Record<string, string>>;

/**
 * Reads pip's configuration the way pip does: machine, user, then `PIP_CONFIG_FILE`, then variables; later ones win.
 * Only the sections `[global]` and `[install]` concern installing.
 */
export async function readPipOptions(machine: MachineVariables): Promise<PipOptions> {
  const options: Record<string, string> = {};
  for (const file of configFiles(machine)) Object.assign(options, parseConfig(await readIfThere(file)));
  for (const [name, value] of Object.entries(machine)) {
    if (name.startsWith("PIP_") && value) options[optionName(name.slice("PIP_".length))] = value;
  }
  return options;
}

function configFiles(machine: MachineVariables): string[] {
  const { HOME, XDG_CONFIG_HOME, XDG_CONFIG_DIRS, PIP_CONFIG_FILE } = machine;
  const user = HOME
    ? [join(HOME, ".pip", "pip.conf"), join(XDG_CONFIG_HOME ?? join(HOME, ".config"), "pip", "pip.conf")]
    : [];
  const system = (XDG_CONFIG_DIRS ?? "/etc/xdg").split(":").map((folder) => join(folder, "pip", "pip.conf"));
  // pip's own convention: the null device switches all files off.
  if (PIP_CONFIG_FILE === "/dev/null") return [];
  return [...system.reverse(), "/etc/pip.conf", ...user, ...(PIP_CONFIG_FILE ? [PIP_CONFIG_FILE] : [])];
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** The options of an INI text; an indented line continues the value before it. */
export function parseConfig(text: string): PipOptions {
  const options: Record<string, string> = {};
  let section = "";
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const [, name, value] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (header !== undefined) section = header.trim().toLowerCase();
    else if (/^\s*[#;]/.test(line) || line.trim() === "") continue;
    else if (!["global", "install"].includes(section)) continue;
    else if (/^\s/.test(line) && last !== undefined) options[last] = `${options[last]} ${line.trim()}`.trim();
    else if (name !== undefined) {
      last = optionName(name);
      options[last] = value?.trim() ?? "";
    }
  }
  return options;
}

function optionName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
