import "@fastify/multipart";
import { basename } from "node:path/posix";
import { NoxusError } from "@noxus/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type FileRow, saveFile } from "./file-records.ts";
import { tooLarge } from "./file-store.ts";

export interface Upload {
  file: FileRow;
  /** Text fields that came before the file. */
  fields: Record<string, string>;
}

/**
 * Stores the one file of a multipart request as it arrives; nothing of it is held in memory.
 *
 * @throws NoxusError `unsupported_media_type`, `invalid_request` where there is no file, `payload_too_large`.
 */
export async function receiveFile(
  request: FastifyRequest,
  { database, fileStore, environment }: Pick<PlatformDependencies, "database" | "fileStore" | "environment">,
): Promise<Upload> {
  if (!request.isMultipart())
    throw new NoxusError(
      "unsupported_media_type",
      "Send multipart/form-data with the file as its field `file`.",
    );
  const maxBytes = environment.NOXUS_MAX_FILE_BYTES;
  refuseAnnounced(request, maxBytes + formBytes);
  const part = await request.file({ limits: { files: 1, fileSize: maxBytes + 1 } });
  if (!part)
    throw new NoxusError("invalid_request", "The form has no file. Send it as the field `file`.", {
      fields: [{ path: "body.file", message: "is required" }],
    });
  const file = await saveFile(
    { db: database.db, fileStore },
    {
      workspaceId: request.access.workspaceId,
      filename: basename(part.filename || "file"),
      contentType: part.mimetype,
      content: part.file,
      maxBytes,
    },
  );
  return { file, fields: textFields(part.fields) };
}

/**
 * A refusal in the middle of a body leaves the connection in the middle of a request: whoever used it again would wait
 * for ever.
 */
export async function closeAfterRefusal(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header("connection", "close");
}

/** What a form may add to its file: boundaries, headers, text fields. */
const formBytes = 1024 * 1024;

/**
 * Refuses what says itself that it is too large before anything of it is read: once a body is being read, a refusal
 * can only break the connection, and the caller may never see why.
 *
 * @throws NoxusError `payload_too_large`.
 */
export function refuseAnnounced({ headers }: FastifyRequest, maxBytes: number): void {
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function textFields(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = (field as { value?: unknown } | undefined)?.value;
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
