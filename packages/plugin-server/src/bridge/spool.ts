import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

export interface SpoolOptions {
  /** Where content over `memoryBytes` goes; the file is unlinked as soon as it is open, so nothing is left behind. */
  folder: string;
  /** Kept in memory up to this many bytes; 4 MiB by default: most values, and never much memory for a call. */
  memoryBytes?: number;
}

/** Chunks waiting for the disk beyond this make `write` ask the caller to wait. */
const unwrittenBytes = 4 * 1024 * 1024;

/**
 * Content of unknown size, written once and then read once: in memory while small, in a nameless file beyond. It lets
 * a slow reader on one side hold up nobody on the other side, at little memory.
 */
export class Spool {
  readonly #folder: string;
  readonly #memoryBytes: number;
  #chunks: Buffer[] = [];
  #file: Promise<FileHandle> | undefined;
  #written: Promise<void> = Promise.resolve();
  #unwritten = 0;
  #size = 0;
  #failure: unknown;

  constructor({ folder, memoryBytes = 4 * 1024 * 1024 }: SpoolOptions) {
    this.#folder = folder;
    this.#memoryBytes = memoryBytes;
  }

  get size(): number {
    return this.#size;
  }

  /** A promise where the caller should wait before it writes more. Failures are told by `content`. */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#size += chunk.length;
    if (!this.#file && this.#size <= this.#memoryBytes) {
      this.#chunks.push(chunk);
      return undefined;
    }
    this.#file ??= this.#open();
    this.#append(chunk);
    return this.#unwritten > unwrittenBytes ? this.#written : undefined;
  }

  /** All that was written: a buffer while small, else a stream that frees the disk when it is closed. */
  async content(): Promise<Buffer | Readable> {
    await this.#written;
    if (this.#failure) {
      await this.discard();
      throw this.#failure;
    }
    if (!this.#file)
      return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const file = await this.#file;
    return file.createReadStream({ start: 0, highWaterMark: 256 * 1024 });
  }

  /** For content that nobody will read. */
  async discard(): Promise<void> {
    this.#chunks = [];
    await this.#written;
    await this.#file?.then((file) => file.close()).catch(() => {});
  }

  async #open(): Promise<FileHandle> {
    const path = join(this.#folder, `.spool-${randomUUID()}`);
    const file = await open(path, "wx+", 0o600);
    await unlink(path);
    for (const chunk of this.#chunks) await file.appendFile(chunk);
    this.#chunks = [];
    return file;
  }

  #append(chunk: Buffer): void {
    this.#unwritten += chunk.length;
    this.#written = this.#written
      .then(async () => {
        if (!this.#failure) await (await this.#file)?.appendFile(chunk);
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#unwritten -= chunk.length;
      });
  }
}

/** Content as a stream, whatever it is kept in. */
export function asStream(content: Buffer | Readable): Readable {
  return Buffer.isBuffer(content) ? Readable.from([content], { objectMode: false }) : content;
}
