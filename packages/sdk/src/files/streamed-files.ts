import type { FileContent, FileValue } from "./file.ts";
import type { Upload } from "./host.ts";
import { postStream, recordIn } from "./post-stream.ts";

/**
 * Files as plain bytes over HTTP, at the address that the host gave the process, in the name of one call: beside the
 * channel that the call came by, so that no file holds up other calls, and as large as the host takes them.
 */
export class StreamedFiles {
  readonly #url: string;
  readonly #callToken: string;

  constructor(url: string, callToken: string) {
    this.#url = url;
    this.#callToken = callToken;
  }

  async *read(file: FileValue, signal: AbortSignal): FileContent {
    const id = file.id ?? file.uri.replace(/^spot:\/\//, "");
    const response = await fetch(`${this.#url}/files/${encodeURIComponent(id)}`, {
      headers: this.#headers(),
      signal,
    });
    await assertOk(response, `The file "${file.name}" could not be read`);
    if (response.body) yield* response.body as unknown as FileContent;
  }

  async upload({ content, ...file }: Upload, signal: AbortSignal): Promise<object> {
    const headers = {
      ...this.#headers(),
      "content-type": file.contentType,
      "x-noxus-filename": encodeURIComponent(file.name),
      "x-noxus-source-type": encodeURIComponent(file.sourceType),
      "x-noxus-source-metadata": encodeURIComponent(JSON.stringify(file.sourceMetadata ?? null)),
    };
    return recordIn(await postStream(`${this.#url}/files`, { headers, content, signal }), file.name);
  }

  #headers(): Record<string, string> {
    return { "x-noxus-call-token": this.#callToken };
  }
}

/** @throws Error with the host's words. */
export async function assertOk(response: Response, what: string): Promise<void> {
  if (response.ok) return;
  const text = (await response.text()).slice(0, 500);
  throw new Error(`${what}: the host answered ${response.status} ${text}`);
}
