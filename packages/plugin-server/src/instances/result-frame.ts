import type { Readable } from "node:stream";
import { Spool } from "../bridge/spool.ts";
import type { LongFrame } from "./frame-reader.ts";
import { createNonFiniteFilter } from "./non-finite.ts";

/** At least the frame's closing brace, with any white space that may follow it. */
const heldBytes = 16;

/** Spools the result of a long frame as it comes: its own bytes, without being parsed, and never whole in memory. */
export function createResultFrame({
  folder,
  beginning,
  onResult,
  onTooLong,
  onFailed,
}: {
  folder: string;
  /** What came of the result already. */
  beginning: Buffer;
  onResult: (content: Buffer | Readable, bytes: number) => void;
  onTooLong: () => void;
  onFailed: (error: unknown) => void;
}): LongFrame {
  const spool = new Spool({ folder });
  const filter = createNonFiniteFilter();
  let held: Buffer = Buffer.alloc(0);
  const store = (bytes: Buffer): Promise<void> | undefined => {
    const all = held.length + bytes.length <= heldBytes ? Buffer.concat([held, bytes]) : undefined;
    if (all) {
      held = all;
      return undefined;
    }
    const split = Math.max(0, bytes.length - heldBytes);
    if (held.length > 0) void spool.write(held);
    held = Buffer.from(bytes.subarray(split));
    return split > 0 ? spool.write(bytes.subarray(0, split)) : undefined;
  };
  const finish = async () => {
    void store(filter.end());
    const text = held.toString("latin1").trimEnd();
    if (!text.endsWith("}")) throw new Error("the frame does not end as a JSON object does");
    void spool.write(held.subarray(0, text.length - 1));
    onResult(await spool.content(), spool.size);
  };
  void store(filter.write(beginning));
  return {
    write: (chunk) => store(filter.write(chunk)),
    end: () => void finish().catch(onFailed),
    tooLong() {
      void spool.discard();
      onTooLong();
    },
  };
}
