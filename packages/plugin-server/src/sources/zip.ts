import { crc32 } from "node:zlib";
import { NoxusError } from "@noxus/contracts";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { quoted } from "./entry-path.ts";
import { RATIO_FREE_BYTES, type SourceLimits } from "./source-limits.ts";
import { type TreeWriter, tooManyEntries } from "./tree-writer.ts";

/**
 * Unpacks a zip file through the writer. Sizes are taken from the directory at the file's end, where a bomb must declare
 * them, and every stream is held to what was declared.
 *
 * @throws NoxusError archive_…
 */
export async function unpackZip(
  file: string,
  writer: TreeWriter,
  { limits, signal }: { limits: SourceLimits; signal: AbortSignal },
): Promise<void> {
  const zip = await yauzl.openPromise(file, { autoClose: false }).catch((error) => {
    throw zipFault(error);
  });
  try {
    if (zip.entryCount > limits.maxEntries) throw tooManyEntries(limits.maxEntries);
    await unpackEntries(zip, writer, { limits, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw zipFault(error);
  } finally {
    zip.close();
  }
}

async function unpackEntries(
  zip: ZipFile,
  writer: TreeWriter,
  { limits, signal }: { limits: SourceLimits; signal: AbortSignal },
): Promise<void> {
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    bytes += entry.uncompressedSize;
    if (bytes > RATIO_FREE_BYTES && bytes > zip.fileSize * limits.maxRatio) throw blownUp(limits.maxRatio);
    // Written beside the files by one system's packer, for nobody else.
    if (!entry.fileName.startsWith("__MACOSX/")) await writeEntry(zip, entry, writer);
  }
}

const TYPE_MASK = 0o170000;
const types = { regular: 0o100000, folder: 0o040000, link: 0o120000 };

async function writeEntry(zip: ZipFile, entry: Entry, writer: TreeWriter): Promise<void> {
  const { fileName: path, uncompressedSize: bytes } = entry;
  // The upper half is a Unix mode only where the file says that Unix (3) or macOS (19) made it.
  const isUnix = [3, 19].includes(entry.versionMadeBy >> 8);
  const mode = isUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & TYPE_MASK;
  if (path.endsWith("/")) return writer.folder(path);
  if (entry.isEncrypted()) throw damaged(`the entry ${quoted(path)} is encrypted`);
  if (type === types.link) return writer.link(path, await readLink(zip, entry));
  if (type !== 0 && type !== types.regular) throw refused(path, type);
  return writer.file(path, { bytes, executable: (mode & 0o100) !== 0, content: contentOf(zip, entry) });
}

/** A link's content is its target; Linux takes 4,095 bytes at most. */
async function readLink(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > 4095) throw damaged(`the link ${quoted(entry.fileName)} is too long`);
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(zip, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The library checks sizes but not the checksum, which alone finds a flipped bit. */
async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const content = await zip.openReadStreamPromise(entry);
  // It may fail while the reader writes and does not listen; the reader is told of it when it reads on.
  content.on("error", () => {});
  let sum = 0;
  for await (const chunk of content) {
    sum = crc32(chunk, sum);
    yield chunk as Buffer;
  }
  if (sum !== entry.crc32) throw damaged(`the checksum of ${quoted(entry.fileName)} is wrong`);
}

function refused(path: string, type: number): NoxusError {
  return new NoxusError(
    "archive_entry_refused",
    `The entry ${quoted(path)} is a device, a pipe or a socket. Expected were files, folders and links only.`,
    { data: { entry: path.slice(0, 200), type: `0o${type.toString(8)}` } },
  );
}

export function blownUp(ratio: number): NoxusError {
  return new NoxusError(
    "archive_too_large",
    `The archive unpacks to more than ${ratio} times its size. No plugin does; leave out what fills it.`,
    { data: { maxRatio: ratio } },
  );
}

function damaged(what: string, cause?: unknown): NoxusError {
  const message = `The archive is damaged or cut short (${what}). Pack and upload it again.`;
  return new NoxusError("archive_invalid", message, { cause });
}

/** The library names unsafe paths in words; everything else that it says means a damaged file. */
function zipFault(error: unknown): unknown {
  if (error instanceof NoxusError || (error as NodeJS.ErrnoException).code === "ENOSPC") return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!/^(absolute path|invalid relative path|invalid characters in fileName)/.test(message))
    return damaged(message, error);
  return new NoxusError(
    "archive_path_unsafe",
    `An entry's path is unsafe (${message}). Expected were relative paths inside the archive; pack the plugin's folder again.`,
    { cause: error },
  );
}
