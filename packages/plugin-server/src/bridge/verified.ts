import { createHash } from "node:crypto";
import { pipeline, Transform } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import type { FileDownload } from "./file-transfer.ts";

/**
 * The same download, whose stream fails where it is over the limit, shorter or longer than announced, or of another
 * sha256 than announced; and ends with the signal.
 */
export function verified(
  download: FileDownload,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): FileDownload {
  const { stream, size, sha256 } = download;
  if (size !== undefined && size > maxBytes) {
    stream.destroy();
    throw tooLarge(maxBytes);
  }
  const hash = sha256 === undefined ? undefined : createHash("sha256");
  let seen = 0;
  // The last chunk is held until all is checked: a reader that got every announced byte takes the file for whole.
  let held: Buffer | undefined;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      hash?.update(chunk);
      if (seen > maxBytes) return done(tooLarge(maxBytes));
      if (held) this.push(held);
      held = chunk;
      done();
    },
    flush(done) {
      if (size !== undefined && seen !== size) done(damaged(`${seen} bytes came, ${size} were announced`));
      else if (hash && hash.digest("hex") !== sha256) done(damaged("its sha256 differs"));
      else done(null, held);
    },
    signal,
  });
  pipeline(stream, check, () => {
    // Whoever reads `check` is told; the callback keeps the error from being nobody's.
  });
  return { ...download, stream: check };
}

function tooLarge(maxBytes: number): NoxusError {
  return new NoxusError("payload_too_large", `The file is over the limit of ${maxBytes} bytes for plugins.`, {
    data: { maxBytes },
  });
}

function damaged(why: string): NoxusError {
  return new NoxusError("unavailable", `The file did not arrive whole from the platform: ${why}. Try again.`);
}
