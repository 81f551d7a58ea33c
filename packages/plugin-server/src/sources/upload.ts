import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isNoxusError, NoxusError, type UploadSource } from "@noxus/contracts";
import { unpackArchive } from "./archive.ts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import { tooLarge } from "./tree-writer.ts";

/** Streams an uploaded package to disk (a zip file is read from its end) and unpacks it. */
export async function fetchUpload(source: UploadSource, context: FetchContext): Promise<Fetched> {
  const { into, limits, onProgress, signal } = context;
  const file = join(into, "package");
  onProgress?.(`Receiving ${source.filename}`);
  await receive(source, file, context);
  onProgress?.(`Unpacking ${source.filename}`);
  const folder = await unpackArchive(file, join(into, "plugin"), { limits, signal });
  await rm(file);
  return { folder, warnings: [] };
}

async function receive(
  { file_id, filename }: UploadSource,
  file: string,
  { uploads, limits, signal }: FetchContext,
): Promise<void> {
  try {
    const content = await uploads(file_id, signal);
    await pipeline(content, atMost(limits.maxPackedBytes), createWriteStream(file), { signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (isNoxusError(cause) || (cause as NodeJS.ErrnoException).code === "ENOSPC") throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new NoxusError(
      "source_file_missing",
      `The uploaded file ${JSON.stringify(filename)} could not be read to its end (${words}). Check that the platform answers; if it does, upload the file again.`,
      { cause, data: { fileId: file_id } },
    );
  }
}

function atMost(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(tooLarge(limit, "The archive"));
      else done(null, chunk);
    },
  });
}
