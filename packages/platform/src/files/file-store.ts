import type { Readable } from "node:stream";
import { NoxusError } from "@noxus/contracts";

/** What became of a stored content. */
export interface StoredContent {
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

/** Inclusive byte positions. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Where contents of files lie; records of them are in the database. */
export interface FileStore {
  /**
   * Stores all of the stream, or nothing.
   *
   * @throws NoxusError `payload_too_large` over `maxBytes`.
   */
  write(key: string, content: Readable, options: { maxBytes: number }): Promise<StoredContent>;
  /** @throws NoxusError `not_found` where the content is gone. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Safe to repeat. */
  remove(key: string): Promise<void>;
  /** Removes what writes that never ended have left. */
  sweep(): Promise<number>;
}

export function tooLarge(maxBytes: number): NoxusError {
  return new NoxusError(
    "payload_too_large",
    `The file is over the limit of ${maxBytes} bytes. Send a smaller one, or raise NOXUS_MAX_FILE_BYTES.`,
  );
}
