import type { FastifyReply, FastifyRequest } from "fastify";
import type { FileRow } from "./file-records.ts";
import type { ByteRange, FileStore } from "./file-store.ts";

/** Answers with a file's content, or with the one range that the request asks for. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, fileStore }: { file: FileRow; fileStore: FileStore },
): Promise<FastifyReply> {
  const range = parseRange(request.headers.range, file.size);
  reply
    .header("accept-ranges", "bytes")
    .header("x-noxus-sha256", file.sha256)
    .header("etag", `"${file.sha256}"`)
    // Anybody of the workspace may upload anything: a browser must not run it under our address.
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", "sandbox")
    .header("content-disposition", `attachment; filename*=UTF-8''${encodeRfc5987(file.filename)}`)
    .type(file.contentType);
  if (range === "unsatisfiable")
    return reply.code(416).header("content-range", `bytes */${file.size}`).send();
  const content = await fileStore.read(file.storageKey, range);
  reply.header("content-length", range ? range.end - range.start + 1 : file.size);
  if (range) reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${file.size}`);
  return reply.send(content);
}

/** One range as RFC 9110 writes it; several, or what cannot be read, count as none. */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}

function encodeRfc5987(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
