import type { FileContent, FileValue } from "./file.ts";

/** A file that is on its way to the platform. */
export interface Upload {
  name: string;
  contentType: string;
  content: FileContent;
  sourceType: string;
  sourceMetadata: unknown;
  group: string | null;
}

export interface CredentialUpdate {
  integration: string;
  payload: Record<string, unknown>;
  /** Which of several stored credentials; null: the one that the call was given. */
  credentialId: string | null;
}

/** What a plugin may ask of its host during a call; each transport has its own way. */
export interface Host {
  read(file: FileValue, signal: AbortSignal): FileContent;
  /** Gives the platform's record of the new file: at least `id` and `uri`. */
  upload(upload: Upload, signal: AbortSignal): Promise<{ id?: string | null; uri?: string }>;
  updateCredentials(update: CredentialUpdate, signal: AbortSignal): Promise<void>;
  /** Tells the host how far the call is; does nothing where the host does not know of it. */
  progress?(progress: { fraction?: number; message?: string }): void;
}
