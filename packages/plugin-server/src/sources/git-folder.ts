import { join, posix } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import type { GitRepository, TreeEntry } from "./git-repository.ts";
import { listed, nearest } from "./nearest.ts";
import { tooManyEntries } from "./tree-writer.ts";

/**
 * Writes one folder of a fetched commit to `<into>/plugin`, without anything of Git's own.
 *
 * @throws NoxusError source_path_missing, archive_… as for an upload
 */
export async function unpackGitFolder(
  repository: GitRepository,
  { commit, folder }: { commit: string; folder: string },
  { into, limits }: Pick<FetchContext, "into" | "limits">,
): Promise<Fetched> {
  const entries = await repository.list(commit, folder);
  if (entries.length === 0) throw pathMissing(repository.url, folder, await repository.list(commit));
  if (entries.length > limits.maxEntries) throw tooManyEntries(limits.maxEntries);
  const plugin = join(into, "plugin");
  await repository.unpack(commit, { folder, entries, into: plugin });
  const warnings = [...repository.warnings, ...(await warningsFor(repository, folder, entries))];
  return { folder: plugin, commit, warnings };
}

/** The folder's path as Git writes it. @throws NoxusError source_path_missing */
export function cleanFolder(path: string | undefined): string {
  const clean = posix.normalize(path?.trim() || ".").replace(/^\/+|\/+$/g, "");
  if (clean === "." || clean === "") return "";
  if (clean !== ".." && !clean.startsWith("../") && !clean.includes("\0")) return clean;
  const message = `The path ${JSON.stringify(path)} leads out of the repository. Give a folder inside it, like "plugins/text-tools".`;
  throw new NoxusError("source_path_missing", message, { data: { path } });
}

const PROJECT_FILES = new Set(["pyproject.toml", "package.json"]);

/** The folders that hold a project file; the root is `.`. */
export function projectFolders(entries: readonly TreeEntry[]): string[] {
  const files = entries.filter(({ path }) => PROJECT_FILES.has(posix.basename(path)));
  return [...new Set(files.map(({ path }) => posix.dirname(path)))];
}

function pathMissing(url: string, folder: string, entries: readonly TreeEntry[]): NoxusError {
  const isFile = entries.some(({ path }) => path === folder);
  const folders = nearest(folder, projectFolders(entries));
  const there =
    folders.length === 0
      ? "No folder there holds a pyproject.toml or package.json."
      : `Folders with a pyproject.toml or package.json are ${listed(folders)}.`;
  const what = isFile
    ? `${JSON.stringify(folder)} is a file`
    : `There is no folder ${JSON.stringify(folder)}`;
  return new NoxusError("source_path_missing", `${what} in ${url} at that commit. ${there}`, {
    data: { path: folder, folders },
  });
}

async function warningsFor(
  repository: GitRepository,
  folder: string,
  entries: readonly TreeEntry[],
): Promise<string[]> {
  const submodules = entries.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  const attributes = entries.filter(({ path }) => posix.basename(path) === ".gitattributes");
  const texts = [...(await repository.read(attributes.map(({ id }) => id))).values()];
  const projects = nearest("", projectFolders(entries));
  const isElsewhere = folder === "" && projects.length > 0 && !projects.includes(".");
  return [
    ...(submodules.length > 0
      ? [`Submodules are not fetched; these folders are empty: ${listed(submodules)}.`]
      : []),
    ...(texts.some((text) => text.includes("filter=lfs"))
      ? ["Files kept in Git LFS are not fetched; their pointers are there instead."]
      : []),
    ...(isElsewhere
      ? [
          `The repository's root holds no project file; these folders do, and can be given as the path: ${listed(projects)}.`,
        ]
      : []),
  ];
}
