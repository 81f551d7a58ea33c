import { NoxusError } from "@noxus/contracts";
import { Parser, type ReadEntry } from "tar";
import { quoted } from "./entry-path.ts";
import type { TreeWriter } from "./tree-writer.ts";

/**
 * Unpacks a tar stream (not compressed) through the writer, entry by entry, with back-pressure.
 *
 * @throws NoxusError archive_…; what the input itself throws is passed on.
 */
export async function unpackTar(input: AsyncIterable<Buffer>, writer: TreeWriter): Promise<void> {
  const reader = new TarReader(writer);
  try {
    for await (const chunk of input) await reader.write(chunk);
    await reader.end();
  } catch (error) {
    await reader.abandon(error);
    throw error;
  }
}

class TarReader {
  readonly #parser = new Parser({ strict: true });
  readonly #writer: TreeWriter;
  readonly #failed = Promise.withResolvers<never>();
  readonly #ended = Promise.withResolvers<void>();
  #work = Promise.resolve();
  /** The two empty blocks that close every tar file; what comes after them is padding. */
  #closed = false;

  constructor(writer: TreeWriter) {
    this.#writer = writer;
    this.#failed.promise.catch(() => {});
    this.#parser.on("end", () => this.#ended.resolve());
    this.#parser.on("meta", (text: string) => this.#checkNames(text));
    this.#parser.on("entry", (entry: ReadEntry) => this.#take(entry));
    this.#parser.on("ignoredEntry", (entry: ReadEntry) => this.#failed.reject(refused(entry)));
    this.#parser.on("error", (error: Error) => this.#failed.reject(damaged(error)));
    this.#parser.on("nullBlock", () => this.#close());
    this.#parser.on("eof", () => this.#close());
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#closed) return;
    const goOn = this.#parser.write(chunk);
    const drained = goOn || new Promise((resolve) => this.#parser.once("drain", resolve));
    await Promise.race([drained, this.#failed.promise]);
  }

  async end(): Promise<void> {
    this.#parser.end();
    await Promise.race([this.#ended.promise, this.#failed.promise]);
    await Promise.race([this.#work, this.#failed.promise]);
    if (!this.#closed) throw damaged(new Error("the closing blocks are missing"));
  }

  /** The library ends a name at a NUL: two readers of one archive would see two names. */
  #checkNames(extendedHeader: string): void {
    const [, name] = /(?:^|\n)\d+ (?:link)?path=([^\n]*\0[^\n]*)/.exec(extendedHeader) ?? [];
    if (name !== undefined) this.#failed.reject(hasNul(name));
  }

  /** Resolves when nothing is being written any more: the caller is about to remove the folder. */
  async abandon(error: unknown): Promise<void> {
    this.#failed.reject(error);
    await this.#work.catch(() => {});
  }

  #close(): void {
    this.#closed = true;
  }

  #take(entry: ReadEntry): void {
    this.#work = this.#work.then(() => writeEntry(this.#writer, entry, this.#failed.promise));
    this.#work.catch((error) => this.#failed.reject(error));
  }
}

async function writeEntry(writer: TreeWriter, entry: ReadEntry, failed: Promise<never>): Promise<void> {
  const { path, linkpath = "" } = entry;
  switch (entry.type) {
    case "File":
    case "OldFile":
    case "ContiguousFile": {
      const content = contentOf(entry, failed);
      return writer.file(path, { bytes: entry.size, executable: ((entry.mode ?? 0) & 0o100) !== 0, content });
    }
    case "Directory":
      entry.resume();
      return writer.folder(path);
    case "SymbolicLink":
      entry.resume();
      return writer.link(path, linkpath);
    case "Link":
      entry.resume();
      return writer.copy(path, linkpath);
    default:
      throw refused(entry);
  }
}

/** An entry whose archive failed gets neither data nor end, and would be waited for without end. */
async function* contentOf(entry: ReadEntry, failed: Promise<never>): AsyncGenerator<Buffer> {
  const chunks = entry[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await Promise.race([chunks.next(), failed]);
    if (chunk.done) return;
    yield chunk.value;
  }
}

function refused(entry: ReadEntry): NoxusError {
  const kind = entry.unsupported || entry.ignore ? "of an unknown kind" : `a ${entry.type}`;
  return new NoxusError(
    "archive_entry_refused",
    `The entry ${quoted(entry.path)} is ${kind}. Expected were files, folders and links only.`,
    { data: { entry: entry.path.slice(0, 200), type: entry.type } },
  );
}

function hasNul(name: string): NoxusError {
  return new NoxusError("archive_path_unsafe", `The entry ${quoted(name)} has a NUL character in its path.`, {
    data: { entry: name.slice(0, 200) },
  });
}

function damaged(cause: Error): NoxusError {
  return new NoxusError(
    "archive_invalid",
    `The archive is damaged or cut short (${cause.message}). Pack and upload it again.`,
    { cause },
  );
}
