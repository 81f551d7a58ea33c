import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Kept of stderr for the report of a dead process. */
const tailBytes = 4096;
/** A longer line is cut: nobody reads it, and it would fill the memory. */
const longestLine = 16 * 1024;

/** How much output is logged: a plugin that writes more costs the reading of it, no more. */
export interface OutputBudget {
  /** Whether these bytes may be logged now. */
  take(bytes: number): boolean;
}

/** 1 MiB/s and a burst of 4 MiB: about 10,000 lines a second, which costs some 5 % of a core to keep. */
export function createOutputBudget({ bytesPerS = 1024 ** 2, burst = 4 * 1024 ** 2 } = {}): OutputBudget {
  let left = burst;
  let at = performance.now();
  return {
    take(bytes) {
      const now = performance.now();
      left = Math.min(burst, left + ((now - at) / 1000) * bytesPerS);
      at = now;
      if (left < bytes) return false;
      left -= bytes;
      return true;
    },
  };
}

export interface OutputOptions {
  budget: OutputBudget;
  onLine: (text: string) => void;
  /** Sees every chunk, over the budget or not. */
  onChunk?: (chunk: Buffer) => void;
}

/** Reads a stream to its end, for ever if need be: an unread pipe blocks the plugin after some 100 kB. */
export function drainOutput(stream: Readable, options: OutputOptions): { tail(): string } {
  const lines = createLineSplitter(options);
  let tail = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    options.onChunk?.(chunk);
    tail = Buffer.from(Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes));
    lines.push(chunk);
  });
  stream.on("end", () => lines.end());
  // The plugin closed or broke the pipe: its exit tells the rest.
  stream.on("error", () => lines.end());
  return { tail: () => wholeLines(tail) };
}

/** Without the line that the tail begins in the middle of, if there is another one. */
function wholeLines(tail: Buffer): string {
  const text = plainText(tail.toString());
  const cut = tail.length < tailBytes ? 0 : text.indexOf("\n") + 1;
  return text.slice(cut).trim() || text.trim();
}

/** Lines of what is within the budget; what is not is counted and said. */
export function createLineSplitter({ budget, onLine }: Pick<OutputOptions, "budget" | "onLine">): {
  push(chunk: Buffer): void;
  end(): void;
} {
  const decoder = new StringDecoder("utf8");
  let line = "";
  let droppedBytes = 0;
  const tell = (text: string) => {
    const plain = plainText(text);
    if (plain.trim() !== "")
      onLine(plain.length > longestLine ? `${plain.slice(0, longestLine)}… (cut)` : plain);
  };
  const tellDropped = () => {
    if (droppedBytes === 0) return;
    onLine(`… ${droppedBytes} bytes of output dropped here: more came than is kept`);
    droppedBytes = 0;
  };
  return {
    push(chunk) {
      if (!budget.take(chunk.length)) {
        droppedBytes += chunk.length;
        return;
      }
      tellDropped();
      const pieces = (line + decoder.write(chunk)).split("\n");
      line = pieces.pop() ?? "";
      for (const piece of pieces) tell(piece);
      if (line.length > longestLine) {
        tell(line);
        line = "";
      }
    },
    end() {
      tellDropped();
      tell(line + decoder.end());
      line = "";
    },
  };
}

/** Without colours and carriage returns. */
function plainText(text: string): string {
  if (!text.includes("\u001b") && !text.includes("\r")) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour code
  return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
}
