import { createReadStream } from "node:fs";
import { mkdir, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { NoxusError } from "@noxus/contracts";
import { assertLinksStayInside } from "./links.ts";
import { RATIO_FREE_BYTES, type SourceLimits } from "./source-limits.ts";
import { unpackTar } from "./tar.ts";
import { TreeWriter, tooLarge } from "./tree-writer.ts";
import { blownUp, unpackZip } from "./zip.ts";

interface UnpackOptions {
  limits: SourceLimits;
  signal: AbortSignal;
}

/**
 * Unpacks a .tar.gz, .tgz, .tar or .zip file into a folder that it makes, and gives the plugin's folder inside: the one top
 * folder, or the whole where the files lie at the top. What kind it is, the content says and not the name.
 *
 * @throws NoxusError archive_…; a half-written folder is the caller's to remove.
 */
export async function unpackArchive(
  file: string,
  into: string,
  { limits, signal }: UnpackOptions,
): Promise<string> {
  const { size } = await stat(file);
  if (size > limits.maxPackedBytes) throw tooLarge(limits.maxPackedBytes, "The archive");
  const kind = await kindOf(file);
  await mkdir(into, { recursive: true });
  const writer = new TreeWriter(into, limits);
  if (kind === "zip") await unpackZip(file, writer, { limits, signal });
  else await unpackTar(openTar(file, kind, { limits, signal, packedBytes: size }), writer);
  return finishTree(into, writer);
}

/** Unpacks a tar stream that a program of ours makes (not compressed), with the same checks. */
export async function unpackTarStream(
  input: AsyncIterable<Buffer>,
  into: string,
  limits: SourceLimits,
): Promise<void> {
  await mkdir(into, { recursive: true });
  const writer = new TreeWriter(into, limits);
  await unpackTar(input, writer);
  await writer.finish();
  await assertLinksStayInside(into);
}

async function finishTree(into: string, writer: TreeWriter): Promise<string> {
  await writer.finish();
  const [first, ...others] = await readdir(into, { withFileTypes: true });
  if (!first)
    throw new NoxusError("archive_invalid", "The archive is empty. Expected was the plugin's folder in it.");
  const folder = others.length === 0 && first.isDirectory() ? join(into, first.name) : into;
  await assertLinksStayInside(folder);
  return folder;
}

type Kind = "zip" | "gzip" | "tar";

const starts: [bytes: string, kind: string][] = [
  ["504b0304", "zip"],
  ["504b0506", "zip"],
  ["1f8b", "gzip"],
  ["fd377a585a00", "an xz file"],
  ["425a68", "a bzip2 file"],
  ["28b52ffd", "a zstd file"],
  ["377abcaf271c", "a 7z file"],
  ["52617221", "a RAR file"],
  ["3c", "a web page or XML"],
];

async function kindOf(file: string): Promise<Kind> {
  const head = await readHead(file);
  const found = starts.find(([bytes]) => head.toString("hex").startsWith(bytes))?.[1];
  if (found === "zip" || found === "gzip") return found;
  if (isTarHeader(head)) return "tar";
  throw notAnArchive(head.length === 0 ? "an empty file" : (found ?? "something else"));
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The checksum of the first header: the sum of its bytes, with the checksum's own field counted as spaces. */
function isTarHeader(head: Buffer): boolean {
  if (head.length < 512) return false;
  const declared = Number.parseInt(head.toString("latin1", 148, 156).replace(/[\0 ]+$/, ""), 8);
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return declared === sum;
}

function notAnArchive(came: string): NoxusError {
  return new NoxusError(
    "archive_invalid",
    `Expected was a .tar.gz, .tgz, .tar or .zip file; this is ${came}. \`noxus plugin package\` makes the right one.`,
  );
}

interface OpenOptions extends UnpackOptions {
  packedBytes: number;
}

/** The tar stream inside the file, with size and ratio watched as it flows. */
async function* openTar(file: string, kind: Kind, options: OpenOptions): AsyncGenerator<Buffer> {
  const { limits, signal, packedBytes } = options;
  // Headers, padding and long names come on top of the files: three blocks an entry.
  const mostBytes = limits.maxBytes + limits.maxEntries * 1536 + RATIO_FREE_BYTES;
  let bytes = 0;
  for await (const chunk of readTar(file, kind, signal)) {
    if (bytes === 0 && kind === "gzip") assertNotPackedTwice(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(limits.maxBytes);
    if (bytes > RATIO_FREE_BYTES && bytes > packedBytes * limits.maxRatio) throw blownUp(limits.maxRatio);
    yield chunk;
  }
}

/** The tar reader would unpack a second layer by itself, past our counting. */
function assertNotPackedTwice(chunk: Buffer): void {
  const head = chunk.toString("hex", 0, 4);
  if (head.startsWith("1f8b") || head === "28b52ffd") throw notAnArchive("packed twice");
}

async function* readTar(file: string, kind: Kind, signal: AbortSignal): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { signal });
  const stream: Readable = kind === "gzip" ? pipeline(raw, createGunzip(), () => {}) : raw;
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    signal.throwIfAborted();
    const words = cause instanceof Error ? cause.message : String(cause);
    const message = `The archive is damaged or cut short (${words}). Pack and upload it again.`;
    throw new NoxusError("archive_invalid", message, { cause });
  } finally {
    raw.destroy();
  }
}
