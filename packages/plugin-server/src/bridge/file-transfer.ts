import type { Readable } from "node:stream";
import type { CredentialUpdate, FileRecord } from "@noxus/contracts";

/** A file's content on its way from the platform. */
export interface FileDownload {
  stream: Readable;
  /** Bytes, where the platform says. */
  size?: number;
  contentType: string;
  /** Hex, where the platform says; a content that differs is refused. */
  sha256?: string;
}

/** A file that a plugin made. `body` is read once; `size` is exact. */
export interface FileUpload {
  filename: string;
  contentType: string;
  workspace: string | undefined;
  sourceType: string;
  sourceMetadata: unknown;
  size: number;
  body: Readable;
}

/** What the bridge asks of the platform's side; it has authorised the call before. */
export interface FileTransfer {
  /** @throws NoxusError not_found where the workspace has no such file; source_… never. */
  download(fileId: string, workspace: string | undefined, signal: AbortSignal): Promise<FileDownload>;
  upload(upload: FileUpload, signal: AbortSignal): Promise<FileRecord>;
  updateCredentials(update: CredentialUpdate, signal: AbortSignal): Promise<void>;
}
