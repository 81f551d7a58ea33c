import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { isNoxusError, NoxusError } from "@noxus/contracts";
import type { FileTransfer } from "../bridge/file-transfer.ts";

/** Opens an uploaded package by its file id. @throws NoxusError source_file_missing */
export type UploadedPackages = (fileId: string, signal: AbortSignal) => Promise<Readable>;

/** Packages that the platform holds. */
export function packagesOfPlatform(files: Pick<FileTransfer, "download">): UploadedPackages {
  return async (fileId, signal) => {
    try {
      return (await files.download(fileId, undefined, signal)).stream;
    } catch (error) {
      if (!isNoxusError(error, "not_found")) throw error;
      throw missing(`The platform has no uploaded file ${fileId} any more. Upload the package again.`, error);
    }
  };
}

/** Without a platform a file id is an archive's path, with a mark of its state behind `#`. */
export const packagesOnDisk: UploadedPackages = async (fileId) => {
  const mark = fileId.lastIndexOf("#");
  const path = mark === -1 ? fileId : fileId.slice(0, mark);
  const stream = createReadStream(path);
  try {
    await once(stream, "open");
    return stream;
  } catch (error) {
    throw missing(`The archive ${path} cannot be read: ${(error as Error).message}.`, error);
  }
};

function missing(message: string, cause: unknown): NoxusError {
  return new NoxusError("source_file_missing", message, { cause });
}
