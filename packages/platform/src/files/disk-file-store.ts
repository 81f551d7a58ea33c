import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { NoxusError } from "@noxus/contracts";
import { type ByteRange, type FileStore, type StoredContent, tooLarge } from "./file-store.ts";

/** What writes that never ended have left is removed when it is older: no upload lasts a day. */
const forgottenAfterMs = 24 * 60 * 60 * 1000;

/**
 * Contents as files of a folder, spread over 256 sub-folders. A content is written beside, synced, then renamed: it is
 * there whole or not at all, whenever the program ends.
 */
export function createDiskFileStore(folder: string): FileStore {
  const temporaryFolder = join(folder, "incoming");
  const pathOf = (key: string) => join(folder, safeKey(key).slice(0, 2), key);
  return {
    async write(key, content, { maxBytes }) {
      const temporary = join(temporaryFolder, randomUUID());
      await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
      try {
        const stored = await writeMeasured(temporary, content, maxBytes);
        await mkdir(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
        await rename(temporary, pathOf(key));
        return stored;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    read: (key, range) => openForReading(pathOf(key), range),
    remove: (key) => rm(pathOf(key), { force: true }),
    sweep: () => sweep(temporaryFolder),
  };
}

/** Keys are made here, never by a caller; this keeps a mistake from becoming a path. */
function safeKey(key: string): string {
  if (/^[0-9a-f-]{36}$/.test(key)) return key;
  throw new Error("A storage key is a UUID.");
}

async function writeMeasured(path: string, content: Readable, maxBytes: number): Promise<StoredContent> {
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      hash.update(chunk);
      done(size > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  await pipeline(content, measure, createWriteStream(path, { mode: 0o600, flush: true }));
  return { size, sha256: hash.digest("hex") };
}

/** Opened before it is answered, so that a missing content is an error and no broken answer. */
async function openForReading(path: string, range: ByteRange | undefined): Promise<Readable> {
  try {
    const handle = await open(path);
    return createReadStream(path, { fd: handle, autoClose: true, ...range });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new NoxusError("not_found", "The file's content is not there any more.", { cause });
  }
}

async function sweep(folder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs < forgottenAfterMs) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
