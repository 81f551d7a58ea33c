import { appendFile, mkdir, open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { createLineFeed } from "./line-feed.ts";
import type { LogLine, PluginLog } from "./plugin-log.ts";
import { createSecrets } from "./secrets.ts";

export interface LogFileOptions {
  /** A folder of this plugin's own. */
  folder: string;
  /** Of each of the two files, the current and the previous one; 5 MiB by default. */
  maxFileBytes?: number;
}

/** Lines waiting for the disk beyond this are dropped and counted: a slow disk must not fill the memory. */
const maxPendingCharacters = 2 * 1024 * 1024;
/** Lines that came within this time are written together. */
const batchMs = 100;
/** Of a file's end, what `tail` reads at most. */
const tailBytes = 1024 * 1024;

/** A plugin's log on disk: two files of JSON lines, the current and the one before. */
export interface LogFile extends PluginLog {
  /** The last lines, oldest first. */
  tail(count: number): Promise<LogLine[]>;
  /** Every line from now on, until the signal ends; a reader that cannot keep up loses lines, never memory. */
  follow(signal: AbortSignal): AsyncGenerator<LogLine, void>;
  /** Resolves when everything written so far is on disk, or could not be. */
  flush(): Promise<void>;
}

export function openLogFile({ folder, maxFileBytes = 5 * 1024 * 1024 }: LogFileOptions): LogFile {
  const current = join(folder, "current.jsonl");
  const previous = join(folder, "previous.jsonl");
  const secrets = createSecrets();
  const feed = createLineFeed<LogLine>();
  let pending: string[] = [];
  let pendingCharacters = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let bytes: number | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (line: LogLine) => {
    const shown = { ...line, text: secrets.redact(line.text) };
    feed.push(shown);
    const text = `${JSON.stringify(shown)}\n`;
    if (pendingCharacters + text.length > maxPendingCharacters) {
      dropped += 1;
      return;
    }
    pending.push(text);
    pendingCharacters += text.length;
    timer ??= setTimeout(flush, batchMs).unref();
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = takePending();
    if (batch) writing = writing.then(() => append(batch)).catch(onFailed);
    return writing;
  };
  /** The folder may have been removed under it; the next batch makes it anew. */
  const onFailed = () => {
    bytes = undefined;
  };
  const takePending = (): string => {
    if (dropped > 0) pending.push(droppedLine(dropped));
    const batch = pending.join("");
    pending = [];
    pendingCharacters = 0;
    dropped = 0;
    return batch;
  };
  const append = async (batch: string) => {
    bytes ??= await openFolder(folder, current);
    if (bytes > maxFileBytes) {
      await rename(current, previous);
      bytes = 0;
    }
    await appendFile(current, batch);
    bytes += Buffer.byteLength(batch);
  };
  return {
    write,
    hide: secrets.hide,
    flush,
    async tail(count) {
      await flush();
      const lines = await lastLines(current, count);
      if (lines.length >= count) return lines;
      return [...(await lastLines(previous, count - lines.length)), ...lines];
    },
    follow: (signal) => feed.follow(signal),
  };
}

async function openFolder(folder: string, file: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

function droppedLine(count: number): string {
  const line: LogLine = {
    at: new Date(),
    stream: "server",
    text: `${count} lines dropped: the disk was too slow`,
  };
  return `${JSON.stringify(line)}\n`;
}

async function lastLines(path: string, count: number): Promise<LogLine[]> {
  const text = await lastBytes(path);
  const lines = text.split("\n").filter(Boolean).slice(-count);
  return lines.flatMap((line) => parseLine(line) ?? []);
}

/** A line cut by a power loss, or by where the reading starts, is left out. */
function parseLine(line: string): LogLine | undefined {
  try {
    const parsed = JSON.parse(line) as LogLine & { at: string };
    return { ...parsed, at: new Date(parsed.at) };
  } catch {
    return undefined;
  }
}

async function lastBytes(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString();
  } finally {
    await file.close();
  }
}
