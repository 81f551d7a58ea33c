import { posix } from "node:path";
import type { GitRepository, TreeEntry } from "../sources/git-repository.ts";
import { plainName } from "../sources/nearest.ts";
import { isPlugin, type LabelTexts, labelFiles, type PluginLabel, readLabel } from "./label.ts";
import { indexPath } from "./version-index.ts";

/** A plugin's folder in a marketplace at one commit. */
export interface PluginFolder extends PluginLabel {
  /** From the manifest or project file, else the folder's. */
  name: string;
  /** From the repository's root. */
  folder: string;
  language: "python" | "typescript" | undefined;
  /** The text of the marketplace's index of its versions. */
  index: string | undefined;
  /** Git's ids of the files that lie in it, by their names. */
  files: ReadonlyMap<string, string>;
}

/** `name`, `plugins/name` or `plugins/kind/name`; deeper ones are parts of a plugin. */
const MAX_DEPTH = 3;

/** Every plugin of the marketplace at a commit, read from a few small files each. */
export async function readPluginFolders(repository: GitRepository, commit: string): Promise<PluginFolder[]> {
  const entries = await repository.list(commit);
  const folders = filesByFolder(entries);
  const indexes = new Map(entries.map(({ path, id }) => [path, id]));
  const wanted = [...folders].flatMap(([folder, files]) => [
    ...labelFiles.map((name) => files.get(name)),
    indexes.get(indexPath(folder)),
  ]);
  const texts = await repository.read(wanted.filter((id) => id !== undefined));
  const read = (id: string | undefined) => (id === undefined ? undefined : texts.get(id));
  const found = [...folders].flatMap(([folder, files]) => {
    const labels = Object.fromEntries(labelFiles.map((name) => [name, read(files.get(name))])) as LabelTexts;
    const index = indexes.get(indexPath(folder));
    // One that was too large to be read is there all the same, and vouches for nothing.
    const indexText = index === undefined ? undefined : (texts.get(index) ?? "");
    return isPlugin(labels) ? [toFolder(folder, files, labels, indexText)] : [];
  });
  const paths = new Set(found.map(({ folder }) => folder));
  return found.filter(({ folder }) => !isInsideAnother(folder, paths));
}

function toFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  texts: LabelTexts,
  index: string | undefined,
): PluginFolder {
  const label = readLabel(texts);
  const isPython = texts["pyproject.toml"] !== undefined;
  const isNode = texts["package.json"] !== undefined;
  return {
    ...label,
    name: label.name ?? posix.basename(folder),
    folder,
    language: isPython ? "python" : isNode ? "typescript" : undefined,
    index,
    files,
  };
}

/** By the folder's name first, then by the plugin's own. */
export function findFolder(folders: readonly PluginFolder[], name: string): PluginFolder | undefined {
  const wanted = plainName(name);
  return (
    folders.find(({ folder }) => posix.basename(folder) === name) ??
    folders.find((each) => each.name === name) ??
    folders.find((each) => [posix.basename(each.folder), each.name].map(plainName).includes(wanted))
  );
}

/** The regular files of each folder that may be a plugin's: it holds a label file, not too deep and not hidden. */
function filesByFolder(entries: readonly TreeEntry[]): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const { path, id, mode } of entries) {
    const folder = posix.dirname(path);
    if (!mode.startsWith("100") || folder.startsWith(".") || folder.split("/").length > MAX_DEPTH) continue;
    folders.set(folder, (folders.get(folder) ?? new Map()).set(posix.basename(path), id));
  }
  return new Map([...folders].filter(([, files]) => labelFiles.some((name) => files.has(name))));
}

function isInsideAnother(folder: string, folders: ReadonlySet<string>): boolean {
  for (let up = posix.dirname(folder); up !== "."; up = posix.dirname(up)) if (folders.has(up)) return true;
  return false;
}
