import {
  createWriteStream,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from "node:fs";
import { dirname } from "node:path";

export interface RotatingLogOptions {
  /** Bytes after which a new file is begun. 10 MiB by default. */
  maxBytes?: number;
  /** Older files kept, as `name.1` (newest) and so on. 3 by default. */
  keep?: number;
}

/** A program's output in a file that is begun anew when it has grown: `platform.log`, `platform.log.1`, … */
export class RotatingLog {
  readonly path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #stream: WriteStream;
  #bytes: number;

  constructor(path: string, { maxBytes = 10 * 1024 * 1024, keep = 3 }: RotatingLogOptions = {}) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  /** Whole chunks as they come; a chunk that would pass the limit begins the next file. */
  write(chunk: Buffer): void {
    if (this.#bytes > 0 && this.#bytes + chunk.length > this.#maxBytes) this.#rotate();
    this.#bytes += chunk.length;
    this.#stream.write(chunk);
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.end(resolve);
    return promise;
  }

  #rotate(): void {
    this.#stream.end();
    rmSync(`${this.path}.${this.#keep}`, { force: true });
    for (let index = this.#keep - 1; index >= 0; index--) {
      const from = index === 0 ? this.path : `${this.path}.${index}`;
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${this.path}.${index + 1}`);
    }
    this.#bytes = 0;
    this.#stream = this.#open();
  }

  /**
   * Opened at once, so that a burst which fills several files finds each of them there to rename. A full disk must stop
   * the log, not the programs.
   */
  #open(): WriteStream {
    const fd = openSync(this.path, "a", 0o600);
    return createWriteStream(this.path, { fd }).on("error", () => {});
  }
}
