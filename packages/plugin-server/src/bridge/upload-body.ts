import type { Readable } from "node:stream";
import { isNoxusError, NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { createBase64Decoder } from "./base64-decoder.ts";
import { divertField } from "./divert-field.ts";
import { asStream, Spool } from "./spool.ts";

/** The upload of contract.md §2 without its content; stdio's says `file_name`, HTTP's `filename`. */
const fieldsSchema = z.looseObject({
  filename: z.string().optional(),
  file_name: z.string().optional(),
  content_type: z.string().nullish(),
  group_id: z.string().nullish(),
  source_type: z.string().nullish(),
  source_metadata: z.unknown().optional(),
});

/** An upload as a plugin sends it, its content decoded and spooled. */
export interface ReceivedUpload {
  filename: string;
  contentType: string;
  sourceType: string;
  sourceMetadata: unknown;
  size: number;
  body: Readable;
  /** `group_id`, which a plugin may set as it likes. */
  claimedWorkspace: string | undefined;
}

export interface UploadReader {
  /** A promise where the caller should wait before it writes more. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Gives the upload and the JSON text that stood around the content. */
  end(): Promise<{ upload: ReceivedUpload; rest: unknown }>;
  discard(): Promise<void>;
}

/** Reads `{…, content_base64, …}` by chunks; `depth` is that of the object which holds the field. */
export function createUploadReader({
  folder,
  maxBytes,
  depth,
}: {
  folder: string;
  maxBytes: number;
  depth: number;
}): UploadReader {
  const spool = new Spool({ folder, memoryBytes: 1024 * 1024 });
  const decoder = createBase64Decoder();
  let wait: Promise<void> | undefined;
  const store = (bytes: Buffer) => {
    if (spool.size + bytes.length > maxBytes) throw tooLarge(maxBytes);
    if (bytes.length > 0) wait = spool.write(bytes);
  };
  const field = divertField({
    key: "content_base64",
    depth,
    onContent: (part) => store(readable(() => decoder.decode(part))),
  });
  return {
    write(chunk) {
      wait = undefined;
      readable(() => field.write(chunk));
      return wait;
    },
    async end() {
      store(readable(() => decoder.end()));
      const rest = parse(field.rest());
      const fields = fieldsOf(depth === 1 ? rest : (rest as { params?: unknown }).params);
      return { upload: { ...fields, size: spool.size, body: asStream(await spool.content()) }, rest };
    },
    discard: () => spool.discard(),
  };
}

function fieldsOf(value: unknown): Omit<ReceivedUpload, "size" | "body"> {
  const parsed = fieldsSchema.safeParse(value);
  if (!parsed.success)
    throw new NoxusError(
      "invalid_request",
      `The upload is not of the expected form: ${z.prettifyError(parsed.error)}`,
    );
  const { filename, file_name, content_type, group_id, source_type, source_metadata } = parsed.data;
  return {
    filename: filename ?? file_name ?? "file",
    contentType: content_type ?? "application/octet-stream",
    sourceType: source_type ?? "Document",
    sourceMetadata: source_metadata,
    claimedWorkspace: group_id ?? undefined,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NoxusError("malformed_json", "The upload's body is not JSON, or it is cut short.", { cause });
  }
}

function readable<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (isNoxusError(cause)) throw cause;
    throw new NoxusError("invalid_request", `The upload cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function tooLarge(maxBytes: number): NoxusError {
  return new NoxusError("payload_too_large", `The file is over the limit of ${maxBytes} bytes for plugins.`, {
    data: { maxBytes },
  });
}
