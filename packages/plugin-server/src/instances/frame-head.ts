/** What a frame's first bytes tell, where it is written as Python's json writes it. */
export type FrameHead =
  | { kind: "result"; id: number; start: number }
  | { kind: "error"; id: number }
  | { kind: "request"; id: number; method: string };

const pattern =
  /^\s*\{"jsonrpc": ?"2\.0", ?"id": ?(\d{1,15}), ?"(?:(result)": ?|(error)": ?|method": ?"([\w.]+)")/;

/** Undefined where the beginning is not as expected: then the line must be parsed. */
export function readFrameHead(beginning: Buffer): FrameHead | undefined {
  const match = pattern.exec(beginning.toString("latin1", 0, 160));
  if (!match) return undefined;
  const id = Number(match[1]);
  if (match[2]) return { kind: "result", id, start: match[0].length };
  if (match[3]) return { kind: "error", id };
  return { kind: "request", id, method: match[4] ?? "" };
}

const marker = Buffer.from('{"jsonrpc"');

/** A message of the protocol, parsed. */
export interface RpcMessage {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code?: number; message?: string; data?: { user_error?: unknown } | null };
}

export interface ParsedLine {
  message: RpcMessage;
  /** Where in the line the frame starts: what stands before it was printed by the plugin. */
  start: number;
}

/**
 * The frame in a line. A plugin may have printed before it on the same line, so where the whole line is no frame,
 * the last possible beginning of one is tried.
 */
export function parseFrameLine(line: Buffer): ParsedLine | undefined {
  return parseFrom(line, 0) ?? parseFrom(line, line.lastIndexOf(marker));
}

function parseFrom(line: Buffer, start: number): ParsedLine | undefined {
  if (start < 0) return undefined;
  try {
    const message: unknown = JSON.parse(line.toString("utf8", start));
    if (typeof message !== "object" || message === null || !("jsonrpc" in message)) return undefined;
    return { message: message as RpcMessage, start };
  } catch {
    return undefined;
  }
}
