import { isNoxusError, NoxusError } from "@noxus/contracts";
import { z } from "zod";
import type { BridgeDoor } from "../bridge/door.ts";
import { asStream, Spool } from "../bridge/spool.ts";
import { createUploadReader, type UploadReader } from "../bridge/upload-body.ts";
import { encodeBase64 } from "./base64-encoder.ts";
import type { LongFrame } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";

export interface HostCallbacksOptions {
  bridge: BridgeDoor;
  writer: FrameWriter;
  folder: string;
  maxFrameBytes: number;
}

const getContentSchema = z.object({
  call_token: z.string(),
  file: z.looseObject({ id: z.string().nullish(), uri: z.string().nullish() }),
});
const updateCredentialsSchema = z.object({
  call_token: z.string(),
  integration_name: z.string(),
  payload: z.record(z.string(), z.unknown()),
  credential_id: z.string().nullish(),
});
const uploadSchema = z.object({ params: z.object({ call_token: z.string() }) });

const serverError = -32000;
const methodNotFound = -32601;

/** Answers what a stdio plugin asks of its host during a call: files and credentials, as far as the call may. */
export class HostCallbacks {
  readonly #options: HostCallbacksOptions;

  constructor(options: HostCallbacksOptions) {
    this.#options = options;
  }

  /** A request that came as a whole line. */
  handle(id: number, method: string, params: unknown, line: Buffer): void {
    if (method === "host.get_content") void this.#answered(id, () => this.#sendContent(id, params));
    else if (method === "host.update_credentials")
      void this.#answered(id, async () => this.#reply(id, await this.#updateCredentials(params)));
    else if (method === "host.upload_file") {
      const upload = this.longUpload(id, line);
      upload.end();
    } else this.refuse(id, `Method not found: ${method}`, methodNotFound);
  }

  /** An upload whose frame is too long to be kept whole: its content is decoded as it comes. */
  longUpload(id: number, beginning: Buffer): LongFrame {
    const { folder, maxFrameBytes } = this.#options;
    const reader = createUploadReader({ folder, maxBytes: maxFrameBytes, depth: 2 });
    let failure: { error: unknown } | undefined;
    const write = (chunk: Buffer) => {
      if (failure) return undefined;
      try {
        return reader.write(chunk);
      } catch (error) {
        failure = { error };
        return undefined;
      }
    };
    void write(beginning);
    return {
      write,
      end: () =>
        void this.#answered(id, async () => {
          if (failure) {
            await reader.discard();
            throw failure.error;
          }
          this.#reply(id, await this.#upload(reader));
        }),
      tooLong: () => {
        void reader.discard();
        this.refuse(id, tooLong(maxFrameBytes).message);
      },
    };
  }

  refuse(id: number, message: string, code = serverError): void {
    this.#send(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }));
  }

  async #answered(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const message = isNoxusError(error) ? `${error.code}: ${error.message}` : (error as Error).message;
      this.refuse(id, message);
    }
  }

  #reply(id: number, result: unknown): void {
    this.#send(JSON.stringify({ jsonrpc: "2.0", id, result }));
  }

  #send(text: string): void {
    this.#options.writer.send({ content: [Buffer.from(text)] });
  }

  /** The file is fetched whole before the frame begins: a slow download must not hold up other calls' frames. */
  async #sendContent(id: number, params: unknown): Promise<void> {
    const { file, call_token } = parsed(getContentSchema, params);
    const fileId = file.id ?? file.uri?.replace(/^spot:\/\//, "") ?? "";
    const { bridge, writer, folder, maxFrameBytes } = this.#options;
    const download = await bridge.download(call_token, fileId);
    const spool = new Spool({ folder, memoryBytes: 1024 * 1024 });
    try {
      for await (const chunk of download.stream as AsyncIterable<Buffer>) {
        if (spool.size + chunk.length > (maxFrameBytes / 4) * 3 - 1024) throw tooLong(maxFrameBytes);
        await spool.write(chunk);
      }
    } catch (error) {
      download.stream.destroy();
      await spool.discard();
      throw error;
    }
    const stream = asStream(await spool.content());
    writer.send({ content: contentFrame(id, stream), onFailed: () => stream.destroy() });
  }

  async #upload(reader: UploadReader): Promise<unknown> {
    const { upload, rest } = await reader.end();
    try {
      const { params } = parsed(uploadSchema, rest);
      const { claimedWorkspace: _, ...file } = upload;
      return await this.#options.bridge.upload(params.call_token, file);
    } finally {
      upload.body.destroy();
    }
  }

  async #updateCredentials(params: unknown): Promise<null> {
    const { call_token, integration_name, payload, credential_id } = parsed(updateCredentialsSchema, params);
    await this.#options.bridge.updateCredentials(call_token, {
      integration: integration_name,
      payload,
      ...(credential_id && { credentialId: credential_id }),
    });
    return null;
  }
}

async function* contentFrame(id: number, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield Buffer.from(`{"jsonrpc": "2.0", "id": ${id}, "result": {"content_base64": "`);
  yield* encodeBase64(stream);
  yield Buffer.from('"}}');
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new NoxusError("invalid_request", z.prettifyError(result.error));
}

function tooLong(maxFrameBytes: number): NoxusError {
  const mebibytes = Math.floor((maxFrameBytes * 3) / 4 / 1024 ** 2);
  return new NoxusError(
    "payload_too_large",
    `The file is too large: it travels as base64 in one frame of at most ${maxFrameBytes} bytes, so a stdio plugin takes files up to ${mebibytes} MiB.`,
  );
}
