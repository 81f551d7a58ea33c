import { isObject } from "../config/coerce.ts";
import type { FileContent, FileValue } from "../files/file.ts";
import type { CredentialUpdate, Host, Upload } from "../files/host.ts";
import { StreamedFiles } from "../files/streamed-files.ts";
import type { JsonRpcPeer } from "./json-rpc-peer.ts";
import { maxLineBytes } from "./line-reader.ts";

export interface RpcHostOptions {
  peer: JsonRpcPeer;
  /** The only thing that says which workspace the call belongs to. */
  callToken: string | null;
  /** Id of the request being served. */
  origin: string | number | undefined;
  /** Whether the host knows of progress. */
  tellsProgress: boolean;
  /** Where files go as plain bytes; absent where the host knows of no such way. */
  filesUrl: string | undefined;
}

/** Bytes of content that fit a line as base64, with room for the rest of the message. */
const maxContentBytes = Math.floor((maxLineBytes / 4) * 3) - 64 * 1024;

/** What a call asks of its host goes over the same channel that it came by. */
export class RpcHost implements Host {
  readonly #options: RpcHostOptions;
  readonly #streamed: StreamedFiles | undefined;

  constructor(options: RpcHostOptions) {
    this.#options = options;
    const { filesUrl, callToken } = options;
    if (filesUrl !== undefined && callToken !== null) this.#streamed = new StreamedFiles(filesUrl, callToken);
  }

  read(file: FileValue, signal: AbortSignal): FileContent {
    return this.#streamed?.read(file, signal) ?? this.#readMessage(file, signal);
  }

  async *#readMessage(file: FileValue, signal: AbortSignal): FileContent {
    const result = await this.#call("host.get_content", { file }, signal);
    const content = isObject(result) ? result.content_base64 : undefined;
    if (typeof content !== "string") throw new Error(`The host gave no content for the file "${file.name}".`);
    yield Buffer.from(content, "base64");
  }

  async upload(upload: Upload, signal: AbortSignal): Promise<object> {
    if (this.#streamed) return this.#streamed.upload(upload, signal);
    const { content, ...file } = upload;
    const result = await this.#call(
      "host.upload_file",
      {
        file_name: file.name,
        content_base64: (await collected(content, file.name)).toString("base64"),
        content_type: file.contentType,
        source_type: file.sourceType,
        source_metadata: file.sourceMetadata,
        group_id: file.group,
      },
      signal,
    );
    return isObject(result) ? result : {};
  }

  async updateCredentials(update: CredentialUpdate, signal: AbortSignal): Promise<void> {
    const { integration, payload, credentialId } = update;
    const params = { integration_name: integration, payload, credential_id: credentialId };
    await this.#call("host.update_credentials", params, signal);
  }

  progress(progress: { fraction?: number; message?: string }): void {
    const { peer, origin, tellsProgress } = this.#options;
    if (tellsProgress && origin !== undefined) peer.notify("$/progress", { id: origin, ...progress });
  }

  #call(method: string, params: object, signal: AbortSignal): Promise<unknown> {
    const { peer, callToken, origin } = this.#options;
    return peer.call(method, { ...params, call_token: callToken }, { origin, signal });
  }
}

async function collected(content: FileContent, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxContentBytes)
      throw new Error(
        `The file "${name}" is too large: over stdio a file travels on one line, so at most ${maxContentBytes} bytes.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
