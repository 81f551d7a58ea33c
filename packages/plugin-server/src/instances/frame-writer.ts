import type { Writable } from "node:stream";

/** One frame on its way: what is written, whole or as it comes. The frame's newline is added. */
export interface OutgoingFrame {
  content: Buffer[] | AsyncIterable<Buffer>;
  /** Told when the first byte is handed to the pipe: from then on the plugin may have begun. */
  onStarted?: () => void;
  /** Asked when its turn comes; a frame that nobody wants any more is not written. */
  isWanted?: () => boolean;
  /** The content could not be read to its end; the plugin drops the half line. */
  onFailed?: (error: unknown) => void;
}

const newline = Buffer.from("\n");
const copiedBytes = 32 * 1024;

/** Writes frames one after another and waits for a plugin that reads slowly: frames never mix, memory never fills. */
export class FrameWriter {
  readonly #pipe: Writable;
  readonly #queue: OutgoingFrame[] = [];
  #busy = false;

  constructor(pipe: Writable) {
    this.#pipe = pipe;
    // A plugin that ended breaks the pipe; its exit is what calls are told.
    pipe.on("error", () => {});
  }

  send(frame: OutgoingFrame): void {
    this.#queue.push(frame);
    if (!this.#busy) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#busy = true;
    for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
      // The plugin is gone: nothing of this frame, nor of those after it, was ever begun.
      if (!this.#pipe.writable) return;
      if (frame.isWanted && !frame.isWanted()) continue;
      frame.onStarted?.();
      // Small frames are written without waiting for anything: a tick here is a tick on every call.
      if (Array.isArray(frame.content)) {
        if (!this.#writeAll([...frame.content, newline])) await this.#drained();
      } else await this.#stream(frame, frame.content);
    }
    this.#busy = false;
  }

  async #stream(frame: OutgoingFrame, content: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of content) if (!this.#pipe.write(chunk)) await this.#drained();
    } catch (error) {
      frame.onFailed?.(error);
    }
    if (!this.#pipe.write(newline)) await this.#drained();
  }

  /** Small frames in one piece: a copy of some kB costs less than a vectored write. */
  #writeAll(parts: readonly Buffer[]): boolean {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (bytes <= copiedBytes) return this.#pipe.write(Buffer.concat(parts, bytes));
    let keepUp = true;
    for (const part of parts) keepUp = this.#pipe.write(part);
    return keepUp;
  }

  async #drained(): Promise<void> {
    if (this.#pipe.destroyed || !this.#pipe.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#pipe.off("drain", done);
        this.#pipe.off("close", done);
        resolve();
      };
      this.#pipe.once("drain", done);
      this.#pipe.once("close", done);
    });
  }
}
