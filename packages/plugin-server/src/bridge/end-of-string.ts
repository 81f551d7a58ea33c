const quote = 0x22;
const backslash = 0x5c;

export interface StringEnd {
  /** Where the closing quote is, or the chunk's end. */
  offset: number;
  closed: boolean;
  /** Whether the next chunk's first byte is escaped. */
  escaped: boolean;
}

/**
 * Where the JSON string that `from` lies in ends. The quote is found by the native search, so long strings without
 * quotes (base64, texts) cost next to nothing.
 */
export function endOfString(chunk: Buffer, from: number, escaped: boolean): StringEnd {
  const start = escaped ? from + 1 : from;
  if (start > chunk.length) return { offset: chunk.length, closed: false, escaped };
  let at = start;
  for (;;) {
    const found = chunk.indexOf(quote, at);
    const end = found < 0 ? chunk.length : found;
    const odd = backslashesBefore(chunk, end, start) % 2 === 1;
    if (found < 0) return { offset: end, closed: false, escaped: odd };
    if (!odd) return { offset: end, closed: true, escaped: false };
    at = found + 1;
  }
}

function backslashesBefore(chunk: Buffer, end: number, start: number): number {
  let count = 0;
  while (end - 1 - count >= start && chunk[end - 1 - count] === backslash) count += 1;
  return count;
}
