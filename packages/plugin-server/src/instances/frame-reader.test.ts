import fc from "fast-check";
import { expect, test } from "vitest";
import { createFrameReader, type LongFrame } from "./frame-reader.ts";

/** Everything the reader told, in order; long lines as their length. */
function read(chunks: Buffer[], maxFrameBytes = 4_000_000): string[] {
  const told: string[] = [];
  const long = (beginning: Buffer): LongFrame => {
    let bytes = beginning.length;
    return {
      write(chunk) {
        bytes += chunk.length;
        return undefined;
      },
      end: () => told.push(`long ${bytes}`),
      tooLong: () => told.push("too long"),
    };
  };
  const reader = createFrameReader({
    maxFrameBytes,
    onLine: (line) => told.push(line.toString()),
    onLong: (beginning) => (beginning[0] === 0x7b ? long(beginning) : undefined),
  });
  for (const chunk of chunks) void reader.push(chunk);
  return told;
}

function cut(bytes: Buffer, at: number[]): Buffer[] {
  const offsets = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return offsets.slice(1).map((end, index) => bytes.subarray(offsets[index], end));
}

test("lines are the same however the stream is cut into chunks", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      expect(read(cut(bytes, cuts))).toEqual(lines.filter((text) => text !== ""));
    }),
  );
});

test("a frame over the limit is skipped, and the lines around it are read", () => {
  const chunks = ["before\n{", "x".repeat(2_000_000), "x".repeat(3_000_000), "}\nafter\n"];
  expect(read(chunks.map((text) => Buffer.from(text)))).toEqual(["before", "too long", "after"]);
});

test("a long frame comes by pieces; long garbage is skipped", () => {
  const chunks = [`{${"x".repeat(2_000_000)}}\n`, `${"y".repeat(9_000_000)}\n`, "after\n"];
  expect(read(chunks.map((text) => Buffer.from(text)))).toEqual(["long 2000002", "after"]);
});
