import type { FileRecord } from "@noxus/contracts";
import type { PluginCall } from "../instances/instance.ts";
import type { FileDownload, FileUpload } from "./file-transfer.ts";

/** A call's right to the bridge, from its start to its end. */
export interface Grant {
  /** Unguessable; a stdio plugin's callbacks carry it as `call_token`. */
  readonly token: string;
  /** Ends the right; what is on its way ends too. */
  release(): void;
}

/** One instance's way to files and credentials, opened before it starts and closed when it has ended. */
export interface BridgeDoor {
  /** `http://127.0.0.1:<port>/bridge/<capability>`, for the plugin's PLUGIN_SERVER_URL. */
  readonly url: string;
  admit(grants: PluginCall["grants"]): Grant;
  /** @throws NoxusError file_not_granted, bridge_closed, and what the platform answers */
  download(token: string, fileId: string): Promise<FileDownload>;
  /** @throws NoxusError bridge_closed, payload_too_large, and what the platform answers */
  upload(token: string, upload: Omit<FileUpload, "workspace">): Promise<FileRecord>;
  /** @throws NoxusError bridge_closed, and what the platform answers */
  updateCredentials(token: string, update: CredentialPush): Promise<void>;
  close(): void;
}

/** New credentials that a plugin wants stored, for instance after a refresh. */
export interface CredentialPush {
  integration: string;
  credentialId?: string;
  payload: Record<string, unknown>;
}
