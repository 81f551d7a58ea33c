import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readlink, realpath, stat, symlink } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { type LocalSource, NoxusError } from "@noxus/contracts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import { assertLinksStayInside } from "./links.ts";
import { listed } from "./nearest.ts";
import { tooLarge, tooManyEntries } from "./tree-writer.ts";

/**
 * Made from the rest, or of no use without it. Files that Git ignores are copied: what an author sees in the folder is what
 * runs, and a generated file that silently stayed behind would be hard to find.
 */
const leftOut = new Set([
  ".git",
  ".hg",
  ".venv",
  "venv",
  "__pycache__",
  "node_modules",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".tox",
]);

/**
 * Copies a plugin's folder of this machine (sharing blocks where the file system can).
 *
 * @throws NoxusError source_local_refused, archive_link_unsafe, archive_too_large, archive_too_many_files
 */
export async function fetchLocal(source: LocalSource, context: FetchContext): Promise<Fetched> {
  const from = await allowedFolder(source.path, context);
  const folder = join(context.into, "plugin");
  const copy = new FolderCopy(context);
  await copy.folder(from, folder);
  await assertLinksStayInside(folder);
  const { special } = copy;
  const warnings =
    special.length > 0 ? [`Neither file, folder nor link, and left out: ${listed(special)}.`] : [];
  return { folder, warnings };
}

async function allowedFolder(path: string, { allowLocal, localRoots }: FetchContext): Promise<string> {
  if (!allowLocal) throw refused("Local sources are off on this plugin server; they are for development.");
  if (!isAbsolute(path)) throw refused(`Expected was an absolute path; this is ${JSON.stringify(path)}.`);
  const folder = await realpath(path).catch(() => undefined);
  if (!folder || !(await stat(folder)).isDirectory())
    throw refused(`There is no folder ${JSON.stringify(path)}.`);
  const roots = await Promise.all(localRoots.map((root) => realpath(root).catch(() => root)));
  if (roots.some((root) => isInside(root, folder))) return folder;
  throw refused(
    `${JSON.stringify(path)} lies outside the folders allowed for local sources: ${listed(localRoots)}.`,
  );
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

function refused(message: string): NoxusError {
  return new NoxusError("source_local_refused", message);
}

class FolderCopy {
  /** Sockets, pipes and devices that were passed over. */
  readonly special: string[] = [];
  readonly #context: FetchContext;
  #entries = 0;
  #bytes = 0;

  constructor(context: FetchContext) {
    this.#context = context;
  }

  async folder(from: string, to: string): Promise<void> {
    this.#context.signal.throwIfAborted();
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      if (leftOut.has(entry.name)) continue;
      this.#count();
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await this.folder(source, target);
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else if (entry.isFile()) await this.#file(source, target);
      else this.special.push(entry.name);
    }
  }

  #count(): void {
    const { maxEntries } = this.#context.limits;
    this.#entries += 1;
    if (this.#entries > maxEntries) throw tooManyEntries(maxEntries);
  }

  async #file(from: string, to: string): Promise<void> {
    const { maxBytes } = this.#context.limits;
    this.#bytes += (await lstat(from)).size;
    if (this.#bytes > maxBytes) throw tooLarge(maxBytes, "The folder");
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
