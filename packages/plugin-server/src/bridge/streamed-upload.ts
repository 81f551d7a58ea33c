import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { fileUploadHeaders, NoxusError } from "@noxus/contracts";
import type { FileUpload } from "./file-transfer.ts";
import { asStream, Spool } from "./spool.ts";

/**
 * Takes an upload whose body is the content itself; what is known of the file stands in headers. Spooled: only then is
 * its size known, which the platform asks for.
 *
 * @throws NoxusError payload_too_large, invalid_request
 */
export async function receiveStreamed(
  body: Readable,
  headers: IncomingHttpHeaders,
  { folder, maxBytes }: { folder: string; maxBytes: number },
): Promise<Omit<FileUpload, "workspace">> {
  const facts = {
    filename: textOf(headers, fileUploadHeaders.filename) || "file",
    contentType: headers["content-type"] ?? "application/octet-stream",
    sourceType: textOf(headers, fileUploadHeaders.sourceType) || "Document",
    sourceMetadata: metadataOf(headers),
  };
  const spool = new Spool({ folder, memoryBytes: 1024 * 1024 });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (spool.size + chunk.length > maxBytes) throw tooLarge(maxBytes);
      await spool.write(chunk);
    }
    return { ...facts, size: spool.size, body: asStream(await spool.content()) };
  } catch (error) {
    await spool.discard();
    throw error;
  }
}

/** Percent-encoded UTF-8, since headers are ASCII. */
function textOf(headers: IncomingHttpHeaders, name: string): string {
  try {
    return decodeURIComponent(headers[name]?.toString() ?? "");
  } catch (cause) {
    throw new NoxusError("invalid_request", `The header ${name} is not percent-encoded UTF-8.`, { cause });
  }
}

function metadataOf(headers: IncomingHttpHeaders): unknown {
  const text = textOf(headers, fileUploadHeaders.sourceMetadata);
  try {
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    throw new NoxusError("invalid_request", `The header ${fileUploadHeaders.sourceMetadata} is not JSON.`, {
      cause,
    });
  }
}

function tooLarge(maxBytes: number): NoxusError {
  return new NoxusError("payload_too_large", `The file is over the limit of ${maxBytes} bytes for plugins.`, {
    data: { maxBytes },
  });
}
