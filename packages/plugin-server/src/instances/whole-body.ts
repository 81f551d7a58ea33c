import { NoxusError } from "@noxus/contracts";
import type { PluginCall } from "./instance.ts";

/** The whole body; a stream is read to its end. @throws NoxusError payload_too_large */
export async function wholeBody(body: PluginCall["body"], maxBytes: number): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return within(body, maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
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
