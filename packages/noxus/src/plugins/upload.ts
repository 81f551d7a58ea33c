import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { type FileRecord, NoxusError, type UploadSource } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";

/** Sends a file to the platform, read from disk as it goes. */
export async function uploadFile({ connect, signal }: CommandContext, path: string): Promise<FileRecord> {
  const content = await openAsBlob(path).catch((cause: unknown) => {
    throw new NoxusError("invalid_request", `${path} cannot be read. Name a readable file.`, { cause });
  });
  const form = new FormData();
  form.set("file", content, basename(path));
  return connect().request<FileRecord>("/v1/file", { method: "POST", form, signal });
}

/** Uploads a package and gives it as a plugin's source. */
export async function uploadPackage(context: CommandContext, path: string): Promise<UploadSource> {
  const { id, filename } = await uploadFile(context, path);
  return { type: "upload", file_id: id, filename: filename || basename(path) };
}
