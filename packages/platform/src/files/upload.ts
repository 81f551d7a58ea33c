import "@fastify/multipart";
import { basename } from "node:path/posix";
import { NoxusError } from "@noxus/contracts";
import type { FastifyRequest } from "fastify";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type FileRow, saveFile } from "./file-records.ts";

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

function textFields(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = (field as { value?: unknown } | undefined)?.value;
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
