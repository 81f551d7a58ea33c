import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { FileContent } from "./file.ts";

/**
 * Posts a body as it comes, no faster than it is taken. Not by Node's fetch, which reads a streamed body ahead of the
 * network, all of it.
 */
export async function postStream(
  url: string,
  {
    headers,
    content,
    signal,
  }: { headers: Record<string, string>; content: FileContent; signal: AbortSignal },
): Promise<{ status: number; text: string }> {
  const send = url.startsWith("https:") ? overHttps : overHttp;
  const request = send(url, { method: "POST", headers, signal });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  // A host that refuses early has answered by then; what breaks before is told below.
  const sent = pipeline(content, request).catch((error: unknown) => error);
  const answer = await answered.catch(async (error: unknown) => {
    // A content that cannot be read breaks the request off: its error says why.
    throw (await sent) ?? error;
  });
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** What the host said of an upload: the record of the new file. @throws Error with its words */
export function recordIn({ status, text }: { status: number; text: string }, name: string): object {
  if (status !== 200)
    throw new Error(
      `The file "${name}" could not be written: the host answered ${status} ${text.slice(0, 500)}`,
    );
  return JSON.parse(text) as object;
}
