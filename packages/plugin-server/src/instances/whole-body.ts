import type { Readable } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import type { PluginCall } from "./instance.ts";

/**
 * Bodies up to this size are passed on whole: a request leaves in one segment with its head, and a break within an
 * answer is still told well. Larger ones stream, where the transport can.
 */
export const wholeBytes = 64 * 1024;

/** The whole body; a stream is read to its end. @throws NoxusError payload_too_large */
export function wholeBody(body: PluginCall["body"], maxBytes: number): Promise<Buffer> | Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? within(body, maxBytes) : collect(body, maxBytes);
}

/** By events: an iterator over a stream costs as much as the rest of a small call's reading. */
function collect(body: Readable, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    // The rest is read for nothing: a caller that is cut off while it sends would not see why.
    body.off("data", onData).resume();
    reject(tooLarge(maxBytes));
  };
  body.on("data", onData);
  body.once("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  body.once("error", reject);
  body.once("close", () => {
    if (!body.readableEnded) reject(new Error("the request broke off"));
  });
  return promise;
}

function within(body: Buffer, maxBytes: number): Buffer {
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

function tooLarge(maxBytes: number): NoxusError {
  return new NoxusError(
    "payload_too_large",
    `The request is over the ${maxBytes} bytes that a plugin reads at once. Pass large content as a file.`,
    { data: { maxBytes, started: "no" } },
  );
}
