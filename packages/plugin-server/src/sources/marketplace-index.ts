import { posix } from "node:path";
import type { GitRepository, TreeEntry } from "./git-repository.ts";
import { type PluginLabel, readLabel } from "./marketplace-version.ts";
import { plainName } from "./nearest.ts";

/** A plugin's folder in a marketplace at one commit. */
export interface MarketplaceEntry extends PluginLabel {
  /** From the manifest or project file, else the folder's. */
  name: string;
  /** From the repository's root. */
  folder: string;
}

const LABEL_FILES = ["manifest.json", "pyproject.toml"];
/** `name`, `plugins/name` or `plugins/kind/name`; deeper ones are parts of a plugin. */
const MAX_DEPTH = 3;

/** Every plugin of the marketplace at a commit, read from two small files each. */
export async function readMarketplace(
  repository: GitRepository,
  commit: string,
): Promise<MarketplaceEntry[]> {
  const files = labelFiles(await repository.list(commit));
  const contents = await repository.read([...files.values()].flatMap((byName) => [...byName.values()]));
  const read = (id: string | undefined) => (id === undefined ? undefined : contents.get(id));
  return [...files].map(([folder, ids]) => {
    const label = readLabel(read(ids.get("manifest.json")), read(ids.get("pyproject.toml")));
    return { ...label, name: label.name ?? posix.basename(folder), folder };
  });
}

/** By the folder's name first, then by the plugin's own. */
export function findEntry(entries: readonly MarketplaceEntry[], name: string): MarketplaceEntry | undefined {
  const wanted = plainName(name);
  return (
    entries.find(({ folder }) => posix.basename(folder) === name) ??
    entries.find((entry) => entry.name === name) ??
    entries.find((entry) => [posix.basename(entry.folder), entry.name].map(plainName).includes(wanted))
  );
}

function labelFiles(entries: readonly TreeEntry[]): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const { path, id, mode } of entries) {
    const folder = posix.dirname(path);
    const isLabel = LABEL_FILES.includes(posix.basename(path)) && mode.startsWith("100");
    if (!isLabel || folder === "." || folder.split("/").length > MAX_DEPTH) continue;
    folders.set(folder, (folders.get(folder) ?? new Map()).set(posix.basename(path), id));
  }
  return new Map([...folders].filter(([folder]) => !isInsideAnother(folder, folders)));
}

function isInsideAnother(folder: string, folders: ReadonlyMap<string, unknown>): boolean {
  for (let up = posix.dirname(folder); up !== "."; up = posix.dirname(up)) if (folders.has(up)) return true;
  return false;
}
