import { constants } from "node:fs";
import { copyFile, lstat, mkdir, open, symlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { quoted, safeEntryPath } from "./entry-path.ts";
import { unsafeLink } from "./links.ts";
import type { SourceLimits } from "./source-limits.ts";

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Writes the entries of an archive below one folder, whatever the archive says: paths are checked, and symbolic links are
 * made only in `finish`, when every file is written, so nothing is ever written through a link. Modes are reduced to
 * "executable or not": setuid and the like are gone.
 */
export class TreeWriter {
  readonly #root: string;
  readonly #limits: SourceLimits;
  readonly #links = new Map<string, string>();
  readonly #folders = new Set<string>();
  #entries = 0;
  #bytes = 0;

  constructor(root: string, limits: SourceLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  async folder(path: string): Promise<void> {
    const safe = this.#admit(path, 0);
    await this.#makeFolder(safe);
  }

  /** `bytes` is what the archive declares; the reader of `content` must hold it to that. */
  async file(
    path: string,
    { bytes, executable, content }: { bytes: number; executable: boolean; content: AsyncIterable<Buffer> },
  ): Promise<void> {
    const safe = this.#admit(path, bytes);
    if (safe === "") throw notAFile(path);
    await this.#makeFolder(posix.dirname(safe));
    this.#links.delete(safe);
    const file = await this.#open(safe, executable);
    try {
      for await (const chunk of content) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
  }

  async link(path: string, target: string): Promise<void> {
    const safe = this.#admit(path, 0);
    const landing = posix.normalize(posix.join(posix.dirname(safe), target));
    const leavesRoot = landing === ".." || landing.startsWith("../");
    if (safe === "" || target === "" || posix.isAbsolute(target) || /[\\\0]/.test(target) || leavesRoot)
      throw unsafeLink(path, target);
    await this.#makeFolder(posix.dirname(safe));
    this.#links.set(safe, target);
  }

  /** A hard link becomes a copy: no two files of a release may change together. */
  async copy(path: string, from: string): Promise<void> {
    const origin = join(this.#root, safeEntryPath(from, this.#limits));
    const stats = await lstat(origin).catch(() => undefined);
    if (!stats?.isFile()) throw unsafeLink(path, from);
    const safe = this.#admit(path, stats.size);
    if (safe === "") throw notAFile(path);
    await this.#makeFolder(posix.dirname(safe));
    this.#links.delete(safe);
    await copyFile(origin, join(this.#root, safe)).catch((cause) => {
      throw notAFile(path, cause);
    });
  }

  /** Makes the links. Whoever calls checks then where they lead (`assertLinksStayInside`). */
  async finish(): Promise<void> {
    for (const [path, target] of this.#links) {
      await symlink(target, join(this.#root, path)).catch(() => {
        throw unsafeLink(path, target);
      });
    }
  }

  #admit(path: string, bytes: number): string {
    const safe = safeEntryPath(path, this.#limits);
    this.#entries += 1;
    this.#bytes += bytes;
    if (this.#entries > this.#limits.maxEntries) throw tooManyEntries(this.#limits.maxEntries);
    if (this.#bytes > this.#limits.maxBytes) throw tooLarge(this.#limits.maxBytes);
    return safe;
  }

  async #makeFolder(path: string): Promise<void> {
    if (path === "" || path === "." || this.#folders.has(path)) return;
    try {
      await mkdir(join(this.#root, path), { recursive: true, mode: 0o755 });
    } catch (cause) {
      throw notAFile(path, cause);
    }
    for (let folder = path; folder !== "."; folder = dirname(folder)) this.#folders.add(folder);
  }

  async #open(path: string, executable: boolean) {
    const mode = executable ? 0o755 : 0o644;
    try {
      return await open(join(this.#root, path), O_CREAT | O_WRONLY | O_TRUNC | O_NOFOLLOW, mode);
    } catch (cause) {
      throw notAFile(path, cause);
    }
  }
}

export function tooManyEntries(limit: number): NoxusError {
  return new NoxusError(
    "archive_too_many_files",
    `There are more than ${limit} files and folders. Leave out what can be installed or made (environments, caches, node_modules).`,
    { data: { limit } },
  );
}

export function tooLarge(limit: number, what = "Unpacked, the content"): NoxusError {
  return new NoxusError(
    "archive_too_large",
    `${what} is larger than the limit of ${limit} bytes. Leave out what the plugin does not need.`,
    { data: { limit } },
  );
}

function notAFile(path: string, cause?: unknown): NoxusError {
  const full = (cause as NodeJS.ErrnoException | undefined)?.code === "ENOSPC";
  if (full) throw cause;
  return new NoxusError(
    "archive_invalid",
    `The entry ${quoted(path)} is both a file and a folder. Expected was an archive in which every path is one thing.`,
    { cause },
  );
}
