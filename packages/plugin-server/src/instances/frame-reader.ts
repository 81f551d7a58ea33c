const newline = 0x0a;

/** Gets the rest of a line that is too long to be kept whole, by chunks; exactly one of `end` and `fail` follows. */
export interface LongFrame {
  /** A promise where no more should be read for now. */
  write(chunk: Buffer): Promise<void> | undefined;
  end(): void;
  /** The line is over the limit; the rest of it is skipped. */
  tooLong(): void;
}

export interface FrameHandlers {
  /** One whole line, without its newline; never empty. */
  onLine(line: Buffer): void;
  /** A long line's beginning. Nothing where it is no frame that can be read by pieces: then the line is skipped. */
  onLong(beginning: Buffer): LongFrame | undefined;
}

/** Lines up to this many bytes are kept whole: nearly all, and still little memory. */
const wholeLineBytes = 1024 * 1024;

export interface FrameReader {
  /** A promise where no more should be read for now. */
  push(chunk: Buffer): Promise<void> | undefined;
}

/**
 * Cuts a byte stream into lines without ever holding a long one: a frame over the limit fails only its own call,
 * garbage without a newline fills no memory, and the lines after it are read as ever.
 */
export function createFrameReader({
  maxFrameBytes,
  onLine,
  onLong,
}: FrameHandlers & { maxFrameBytes: number }): FrameReader {
  let held: Buffer[] = [];
  let lineBytes = 0;
  let long: LongFrame | undefined;
  let mode: "whole" | "long" | "skip" = "whole";

  const take = (part: Buffer): Promise<void> | undefined => {
    lineBytes += part.length;
    if (mode === "whole") {
      held.push(part);
      return lineBytes > wholeLineBytes ? goLong() : undefined;
    }
    if (mode === "skip") return undefined;
    if (lineBytes <= maxFrameBytes) return long?.write(part);
    mode = "skip";
    long?.tooLong();
    return undefined;
  };
  const goLong = (): Promise<void> | undefined => {
    const beginning = Buffer.concat(held);
    held = [];
    long = onLong(beginning);
    mode = long ? "long" : "skip";
    return undefined;
  };
  const endLine = () => {
    if (mode === "long") long?.end();
    else if (mode === "whole" && lineBytes > 0)
      onLine(held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held));
    held = [];
    lineBytes = 0;
    long = undefined;
    mode = "whole";
  };
  return {
    push(chunk) {
      let wait: Promise<void> | undefined;
      let from = 0;
      while (from < chunk.length) {
        const end = chunk.indexOf(newline, from);
        wait = take(chunk.subarray(from, end < 0 ? chunk.length : end)) ?? wait;
        if (end < 0) break;
        endLine();
        from = end + 1;
      }
      return wait;
    },
  };
}
