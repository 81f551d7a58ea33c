import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyReply } from "fastify";

/** One server-sent event. */
export interface StreamEvent {
  id?: string;
  /** The event's name; `message` where absent. */
  event?: string;
  /** Sent as JSON. */
  data: unknown;
}

/** A comment now and then, so that proxies and clients do not take a quiet stream for a dead one. */
const keepAliveMs = 15_000;

/** Answers with server-sent events until the source ends or the client goes away; then the source is returned from. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<StreamEvent>): FastifyReply {
  const stream = Readable.from(toText(events));
  const timer = setInterval(() => {
    if (stream.readableFlowing && !reply.raw.writableNeedDrain) reply.raw.write(": alive\n\n");
  }, keepAliveMs);
  stream.once("close", () => clearInterval(timer));
  reply.raw.once("close", () => stream.destroy());
  return reply
    .header("cache-control", "no-store")
    .header("x-accel-buffering", "no")
    .type("text/event-stream; charset=utf-8")
    .send(stream);
}

/** The head goes out with the first chunk, and a client waits for it: so the first chunk comes at once. */
async function* toText(events: AsyncIterable<StreamEvent>): AsyncGenerator<string> {
  yield ": stream\n\n";
  for await (const { id, event, data } of events) {
    const head = `${id === undefined ? "" : `id: ${id}\n`}${event === undefined ? "" : `event: ${event}\n`}`;
    yield `${head}data: ${JSON.stringify(data)}\n\n`;
  }
}

/** Wakes whoever waits; a wake-up before the wait is not lost. */
export class Wake {
  #woken = Promise.withResolvers<void>();

  wake(): void {
    this.#woken.resolve();
  }

  /** Resolves at the next wake-up, at the latest after `ms`, or when the signal ends. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const timeout = delay(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) });
    await Promise.race([this.#woken.promise, timeout.catch(() => {})]);
    woken.abort();
    await timeout.catch(() => {});
    this.#woken = Promise.withResolvers();
  }
}
