import { endOfString } from "../bridge/end-of-string.ts";

const quote = 0x22;
const openers = new Set([0x7b, 0x5b]);
const closers = new Set([0x7d, 0x5d]);
const comma = 0x2c;

/**
 * Where the value of a key of the outermost object begins, in bytes that are known to be JSON. It lets a member be
 * added without writing the rest anew: numbers keep their digits, and nothing large is copied.
 */
export function offsetOfValue(json: Buffer, key: string): number | undefined {
  const wanted = Buffer.from(JSON.stringify(key));
  let depth = 0;
  let expectsKey = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (byte === quote) {
      const end = endOfString(json, at + 1, false).offset;
      if (depth === 1 && expectsKey && json.subarray(at, end + 1).equals(wanted))
        return afterColon(json, end + 1);
      expectsKey = false;
      at = end;
    } else if (openers.has(byte)) {
      depth += 1;
      expectsKey = true;
    } else if (closers.has(byte)) depth -= 1;
    else if (byte === comma) expectsKey = true;
  }
  return undefined;
}

function afterColon(json: Buffer, from: number): number {
  let at = json.indexOf(0x3a, from) + 1;
  while (at < json.length && (json[at] as number) <= 0x20) at += 1;
  return at;
}
