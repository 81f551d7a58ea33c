import { endOfString } from "./end-of-string.ts";

const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** Longest JSON text beside the diverted field, in bytes: names and metadata are short; more is no honest request. */
const maxRestBytes = 1024 * 1024;

export interface DivertedField {
  /** Throws where what stands beside the field is over 1 MiB. */
  write(chunk: Buffer): void;
  /** The JSON text without the field's content (an empty string stands for it). */
  rest(): string;
}

/**
 * Reads a JSON text by chunks and gives the content of one string field as it comes, so that a file inside it is
 * never whole in memory. The field is named by key and depth: 1 is the outermost object.
 */
export function divertField({
  key,
  depth,
  onContent,
}: {
  key: string;
  depth: number;
  onContent: (part: Buffer) => void;
}): DivertedField {
  const rest: Buffer[] = [];
  const stack: number[] = [];
  let restBytes = 0;
  let state: "between" | "string" | "diverted" = "between";
  let expectsKey = false;
  let isKey = false;
  let escaped = false;
  let text: Buffer[] = [];
  let lastKey = "";

  const keep = (part: Buffer) => {
    restBytes += part.length;
    if (restBytes > maxRestBytes)
      throw new Error(`more than ${maxRestBytes} bytes beside the field "${key}"`);
    rest.push(Buffer.from(part));
  };
  const startString = () => {
    isKey = expectsKey && stack.at(-1) === openBrace;
    const wanted = !isKey && lastKey === key && stack.length === depth && stack.at(-1) === openBrace;
    state = wanted ? "diverted" : "string";
    text = [];
  };
  const endString = () => {
    if (isKey) {
      lastKey = Buffer.concat(text).toString();
      expectsKey = false;
    }
    state = "between";
  };
  const structure = (byte: number) => {
    if (byte === openBrace || byte === openBracket) stack.push(byte);
    else if (byte === closeBrace || byte === closeBracket) stack.pop();
    if (byte === openBrace || byte === comma) expectsKey = true;
    if (byte === openBrace || byte === comma || byte === openBracket) lastKey = "";
  };
  /** Gives the offset after the string's part in this chunk. */
  const readString = (chunk: Buffer, from: number): number => {
    const end = endOfString(chunk, from, escaped);
    const part = chunk.subarray(from, end.offset);
    escaped = end.escaped;
    if (state === "diverted") {
      if (part.length > 0) onContent(part);
    } else {
      keep(part);
      if (isKey) text.push(Buffer.from(part));
    }
    if (!end.closed) return chunk.length;
    keep(chunk.subarray(end.offset, end.offset + 1));
    endString();
    return end.offset + 1;
  };
  const readBetween = (chunk: Buffer, from: number): number => {
    let at = from;
    while (at < chunk.length && chunk[at] !== quote) structure(chunk[at++] as number);
    if (at < chunk.length) {
      at += 1;
      startString();
    }
    keep(chunk.subarray(from, at));
    return at;
  };
  return {
    write(chunk) {
      let at = 0;
      while (at < chunk.length) at = state === "between" ? readBetween(chunk, at) : readString(chunk, at);
    },
    rest: () => Buffer.concat(rest).toString(),
  };
}
