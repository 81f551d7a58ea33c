import { randomUUID } from "node:crypto";
import { type FileRecord, NoxusError } from "@noxus/contracts";
import type { PluginCall } from "../instances/instance.ts";
import type { BridgeDoor, CredentialPush, Grant } from "./door.ts";
import type { FileDownload, FileTransfer, FileUpload } from "./file-transfer.ts";
import { verified } from "./verified.ts";

interface OpenGrant {
  files: ReadonlySet<string>;
  workspace: string | undefined;
  /** Made with the first use: most calls open nothing, and every call pays for what is made here. */
  ended: AbortController | undefined;
}

export interface DoorOptions {
  pluginId: string;
  url: string;
  transfer: FileTransfer;
  /** Largest file in bytes, either way. */
  maxFileBytes: number;
  onClose: () => void;
}

/**
 * What one instance may open. A stdio plugin's callback names its call by token; over HTTP the published SDK sends
 * nothing that names the call, so there the calls in flight on the instance count together.
 */
export class InstanceDoor implements BridgeDoor {
  readonly url: string;
  readonly #options: DoorOptions;
  readonly #grants = new Map<string, OpenGrant>();
  /** What the instance uploaded itself, with its workspace. */
  readonly #made = new Map<string, string | undefined>();
  readonly #closed = new AbortController();

  constructor(options: DoorOptions) {
    this.url = options.url;
    this.#options = options;
  }

  admit({ files, workspace }: PluginCall["grants"]): Grant {
    const token = randomUUID();
    const grant: OpenGrant = { files, workspace, ended: undefined };
    this.#grants.set(token, grant);
    return {
      token,
      release: () => {
        if (!this.#grants.delete(token)) return;
        grant.ended?.abort(closed("The call that this file access belongs to has ended."));
      },
    };
  }

  assertCall(token: string): void {
    this.#grantOf(token);
  }

  async download(token: string, fileId: string): Promise<FileDownload> {
    const grant = this.#grantOf(token);
    if (grant.files.has(fileId)) return this.#download(fileId, grant.workspace, endOf(grant));
    if (this.#made.has(fileId) && this.#made.get(fileId) === grant.workspace)
      return this.#download(fileId, grant.workspace, endOf(grant));
    throw notGranted(fileId);
  }

  async upload(token: string, upload: Omit<FileUpload, "workspace">): Promise<FileRecord> {
    const grant = this.#grantOf(token);
    return this.#upload({ ...upload, workspace: grant.workspace }, endOf(grant));
  }

  async updateCredentials(token: string, update: CredentialPush): Promise<void> {
    const grant = this.#grantOf(token);
    const { workspace } = grant;
    if (workspace === undefined)
      throw new NoxusError(
        "file_not_granted",
        "This call belongs to no workspace, so it has no credentials to update.",
      );
    const { integration, credentialId, payload } = update;
    await this.#options.transfer.updateCredentials(
      { workspaceId: workspace, pluginId: this.#options.pluginId, integration, credentialId, payload },
      endOf(grant),
    );
  }

  /** For the HTTP bridge: any call in flight may have been given the file. */
  async downloadForAny(fileId: string, signal: AbortSignal): Promise<FileDownload> {
    this.#assertOpen();
    const both = AbortSignal.any([signal, this.#closed.signal]);
    const grants = [...this.#grants.values()];
    const grant = grants.find(({ files }) => files.has(fileId));
    if (grant) return this.#download(fileId, grant.workspace, both);
    const workspace = this.#made.get(fileId);
    if (this.#made.has(fileId) && grants.some((open) => open.workspace === workspace))
      return this.#download(fileId, workspace, both);
    throw notGranted(fileId);
  }

  /** For the HTTP bridge: the workspace is that of the calls in flight; `claimed` decides where they have several. */
  async uploadForAny(
    upload: Omit<FileUpload, "workspace">,
    claimed: string | undefined,
    signal: AbortSignal,
  ): Promise<FileRecord> {
    this.#assertOpen();
    const workspace = this.#workspaceFor(claimed);
    return this.#upload({ ...upload, workspace }, AbortSignal.any([signal, this.#closed.signal]));
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(closed("The plugin's process has ended, and its file access with it."));
    for (const { ended } of this.#grants.values()) ended?.abort(this.#closed.signal.reason);
    this.#grants.clear();
    this.#options.onClose();
  }

  #workspaceFor(claimed: string | undefined): string | undefined {
    const workspaces = new Set([...this.#grants.values()].map(({ workspace }) => workspace));
    if (claimed !== undefined && workspaces.has(claimed)) return claimed;
    if (workspaces.size === 1) return [...workspaces][0];
    throw new NoxusError(
      "file_not_granted",
      workspaces.size === 0
        ? "Files can be uploaded only while a call runs, and none does now."
        : `Calls of ${workspaces.size} workspaces run now, and group_id "${claimed ?? ""}" is none of them: pass ctx.group_id to upload_file.`,
    );
  }

  #grantOf(token: string): OpenGrant {
    this.#assertOpen();
    const grant = this.#grants.get(token);
    if (!grant) throw closed("The call_token belongs to no call that runs now.");
    return grant;
  }

  #assertOpen(): void {
    this.#closed.signal.throwIfAborted();
  }

  async #download(fileId: string, workspace: string | undefined, signal: AbortSignal): Promise<FileDownload> {
    const download = await this.#options.transfer.download(fileId, workspace, signal);
    return verified(download, { maxBytes: this.#options.maxFileBytes, signal });
  }

  async #upload(upload: FileUpload, signal: AbortSignal): Promise<FileRecord> {
    const record = await this.#options.transfer.upload(upload, signal);
    this.#made.set(record.id, upload.workspace);
    return record;
  }
}

function endOf(grant: OpenGrant): AbortSignal {
  grant.ended ??= new AbortController();
  return grant.ended.signal;
}

function notGranted(fileId: string): NoxusError {
  return new NoxusError(
    "file_not_granted",
    `No call that runs now was given the file "${fileId}". A plugin opens files that came in its inputs, while that call runs, and files that it uploaded itself.`,
    { data: { fileId } },
  );
}

function closed(message: string): NoxusError {
  return new NoxusError("bridge_closed", message);
}
