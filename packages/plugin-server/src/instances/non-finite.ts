import { endOfString } from "../bridge/end-of-string.ts";

const quote = 0x22;
const minus = 0x2d;
const upperI = 0x49;
const upperN = 0x4e;
const literals = ["-Infinity", "Infinity", "NaN"];
const jsonNull = Buffer.from("null");

/** Whether the bytes may hold one of Python's literals that JSON does not know. */
export function mayHoldNonFinite(bytes: Buffer): boolean {
  return bytes.includes("NaN") || bytes.includes("Infinity");
}

export interface NonFiniteFilter {
  /** The same bytes with `null` for each literal; a few bytes may be held back for the next call. */
  write(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** Python's json writes NaN, Infinity and -Infinity, which no JSON parser reads: they become null, as over HTTP. */
export function createNonFiniteFilter(): NonFiniteFilter {
  let inString = false;
  let escaped = false;
  let carry: Buffer = Buffer.alloc(0);

  return {
    write(chunk) {
      const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
      carry = Buffer.alloc(0);
      const parts: Buffer[] = [];
      let from = 0;
      let at = 0;
      while (at < bytes.length) {
        if (inString) {
          const end = endOfString(bytes, at, escaped);
          escaped = end.escaped;
          inString = !end.closed;
          at = end.closed ? end.offset + 1 : end.offset;
          continue;
        }
        at = nextOfInterest(bytes, at);
        if (at >= bytes.length) break;
        if (bytes[at] === quote) {
          inString = true;
          at += 1;
          continue;
        }
        const found = literalAt(bytes, at);
        if (found === "cut") {
          carry = Buffer.from(bytes.subarray(at));
          parts.push(bytes.subarray(from, at));
          return Buffer.concat(parts);
        }
        if (found > 0) {
          parts.push(bytes.subarray(from, at), jsonNull);
          from = at + found;
        }
        at += Math.max(found, 1);
      }
      if (parts.length === 0) return bytes;
      parts.push(bytes.subarray(from));
      return Buffer.concat(parts);
    },
    end: () => carry,
  };
}

/** Outside of strings only a quote, or the first letter of a literal, matters. */
function nextOfInterest(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote || byte === upperN || byte === upperI || byte === minus) return at;
  }
  return at;
}

/** Length of the literal that starts here, 0 for none, "cut" where the bytes end within what may be one. */
function literalAt(bytes: Buffer, at: number): number | "cut" {
  const text = bytes.toString("latin1", at, at + 9);
  for (const literal of literals) {
    if (text.startsWith(literal)) return literal.length;
    if (at + text.length === bytes.length && literal.startsWith(text)) return "cut";
  }
  return 0;
}
