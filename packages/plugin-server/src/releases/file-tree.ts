import { createHash, hash } from "node:crypto";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";

/** `x` is a file that may be executed; other differences of mode are not kept. */
export type TreeEntryType = "folder" | "file" | "x" | "link";

/** One entry of a release's tree; sizes in bytes, times in ms since 1970. */
export interface TreeEntry {
  /** From the root, with `/`. */
  path: string;
  type: TreeEntryType;
  size: number;
  mtimeMs: number;
}

/** Byte code is made here and belongs to no release: Python writes it beside the sources when it first imports them. */
export const BYTE_CODE_FOLDER = "__pycache__";

/**
 * All entries below a folder, sorted by the bytes of their paths, byte code left out.
 *
 * @throws Error for what is neither file, folder nor link; fetching lets none through
 */
export async function readTree(root: string): Promise<TreeEntry[]> {
  const entries = await readFolder(root, "");
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((a, b) => a.bytes.compare(b.bytes))
    .map(({ entry }) => entry);
}

async function readFolder(root: string, folder: string): Promise<TreeEntry[]> {
  const names = (await readdir(join(root, folder))).filter((name) => name !== BYTE_CODE_FOLDER);
  const nested = names.map(async (name) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    const entry = await readEntry(root, path);
    return entry.type === "folder" ? [entry, ...(await readFolder(root, path))] : [entry];
  });
  return (await Promise.all(nested)).flat();
}

async function readEntry(root: string, path: string): Promise<TreeEntry> {
  const stats = await lstat(join(root, path));
  const { size, mtimeMs, mode } = stats;
  if (stats.isDirectory()) return { path, type: "folder", size: 0, mtimeMs: 0 };
  if (stats.isSymbolicLink()) return { path, type: "link", size, mtimeMs };
  if (stats.isFile()) return { path, type: (mode & 0o100) === 0 ? "file" : "x", size, mtimeMs };
  throw new Error(`${path} is neither file, folder nor link`);
}

interface DigestOptions {
  /** Also bring every file's content to the disk, so that it survives a power failure. */
  sync?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * The content hash of a tree: sha256, in hexadecimal, over
 *
 *     noxus-release-1\n
 *     <type>\0<path>\0<content>\0        for each entry in the order of `readTree`
 *
 * where type is `folder`, `file`, `x` or `link`, and content is empty for a folder, the target for a link, and the sha256 of
 * the content for a file. No times, owners or other modes, so the same files give the same hash on every machine.
 */
export async function digestTree(
  root: string,
  entries: readonly TreeEntry[],
  { sync = false, signal }: DigestOptions = {},
): Promise<string> {
  const contents = await mapLimited(entries, (entry) => {
    signal?.throwIfAborted();
    return contentOf(join(root, entry.path), entry, sync);
  });
  const digest = createHash("sha256").update("noxus-release-1\n");
  entries.forEach(({ type, path }, at) => {
    digest.update(`${type}\0${path}\0${contents[at]}\0`);
  });
  return digest.digest("hex");
}

/** Larger files are read in parts. */
const WHOLE_BYTES = 1024 * 1024;

async function contentOf(path: string, { type, size }: TreeEntry, sync: boolean): Promise<string> {
  if (type === "folder") return "";
  if (type === "link") return readlink(path);
  const file = await open(path);
  try {
    const sum = size <= WHOLE_BYTES ? hash("sha256", await file.readFile()) : await digestStream(file);
    if (sync) await file.sync();
    return sum;
  } finally {
    await file.close();
  }
}

async function digestStream(file: Awaited<ReturnType<typeof open>>): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of file.createReadStream({ autoClose: false })) digest.update(chunk as Buffer);
  return digest.digest("hex");
}

/** Open files at once: beyond the four threads of Node's pool, more only wait. Syncing gains from company. */
const AT_ONCE = 32;

async function mapLimited<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const runner = async () => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  return results;
}
