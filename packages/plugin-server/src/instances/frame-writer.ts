import type { Writable } from "node:stream";

/** One frame on its way: what is written, whole or as it comes. The frame's newline is added. */
export interface OutgoingFrame {
  content: Buffer[] | AsyncIterable<Buffer>;
  /** Told when the first byte is handed to the pipe: from then on the plugin may have begun. */
  onStarted?: () => void;
  /** Told when the pipe took nothing of it after all: the plugin had ended, and certainly never began. */
  onRefused?: () => void;
  /** Asked when its turn comes; a frame that nobody wants any more is not written. */
  isWanted?: () => boolean;
  /** The content could not be read to its end; the plugin drops the half line. */
  onFailed?: (error: unknown) => void;
}

const newline = Buffer.from("\n");
/** Up to here a write is one piece for the kernel too: the other side gets all of it or nothing. */
const copiedBytes = 32 * 1024;

/**
 * Writes frames one after another and waits for a plugin that reads slowly: frames never mix, memory never fills. The
 * small ones that came in one turn of the event loop leave in one write: under load most of a call's cost is the
 * system call, and the plugin is woken once for all of them.
 */
export class FrameWriter {
  readonly #pipe: Writable;
  readonly #queue: OutgoingFrame[] = [];
  #busy = false;
  #batch: Buffer[] = [];
  #batchBytes = 0;
  #batchFrames: OutgoingFrame[] = [];

  constructor(pipe: Writable) {
    this.#pipe = pipe;
    // A plugin that ended breaks the pipe; its exit is what calls are told.
    pipe.on("error", () => {});
  }

  send(frame: OutgoingFrame): void {
    this.#queue.push(frame);
    if (this.#busy) return;
    this.#busy = true;
    // After this turn's input has all been read, before the loop waits for more.
    setImmediate(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    do {
      for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
        // The plugin is gone: nothing of this frame, nor of those after it, was ever begun.
        if (!this.#pipe.writable) return;
        if (frame.isWanted && !frame.isWanted()) continue;
        frame.onStarted?.();
        if (Array.isArray(frame.content)) {
          if (!this.#add(frame, frame.content)) await this.#drained();
        } else {
          if (!this.#writeBatch()) await this.#drained();
          await this.#stream(frame, frame.content);
        }
      }
      if (!this.#writeBatch()) await this.#drained();
    } while (this.#queue.length > 0);
    this.#busy = false;
  }

  /** To the batch, or straight out where it is too long to be copied. False where the pipe wants a pause. */
  #add(frame: OutgoingFrame, parts: readonly Buffer[]): boolean {
    const bytes = parts.reduce((sum, { length }) => sum + length, newline.length);
    let keepUp = this.#batchBytes + bytes <= copiedBytes || this.#writeBatch();
    if (bytes <= copiedBytes) {
      this.#batch.push(...parts, newline);
      this.#batchBytes += bytes;
      this.#batchFrames.push(frame);
      return keepUp;
    }
    for (const part of [...parts, newline]) keepUp = this.#pipe.write(part);
    return keepUp;
  }

  #writeBatch(): boolean {
    if (this.#batchBytes === 0) return true;
    const batch = Buffer.concat(this.#batch, this.#batchBytes);
    const frames = this.#batchFrames;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#batchFrames = [];
    return this.#pipe.write(batch, (error) => {
      if (error) for (const { onRefused } of frames) onRefused?.();
    });
  }

  async #stream(frame: OutgoingFrame, content: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of content) if (!this.#pipe.write(chunk)) await this.#drained();
    } catch (error) {
      frame.onFailed?.(error);
    }
    if (!this.#pipe.write(newline)) await this.#drained();
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
