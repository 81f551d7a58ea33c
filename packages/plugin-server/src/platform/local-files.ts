import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type FileRecord, fileRecordSchema, NoxusError } from "@noxus/contracts";
import type { FileTransfer } from "../bridge/file-transfer.ts";
import { writeAtomically } from "../data/write-atomically.ts";

/** Files that plugins make, kept in a folder, for a server without a platform. Credentials have no home there. */
export function createLocalFiles(folder: string): FileTransfer {
  return {
    async download(fileId, _workspace, _signal) {
      const { record, sha256 } = await readRecord(folder, fileId);
      const stream = createReadStream(join(folder, record.id));
      return { stream, size: record.size, contentType: record.content_type, sha256 };
    },

    async upload({ filename, contentType, workspace, sourceType, sourceMetadata, size, body }, signal) {
      const id = randomUUID();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const hash = createHash("sha256");
      const hashing = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      await pipeline(body, hashing, createWriteStream(join(folder, id), { mode: 0o600 }), { signal });
      const record: FileRecord = {
        id,
        uri: `spot://${id}`,
        size,
        group_id: workspace ?? "",
        filename,
        content_type: contentType,
        source_type: sourceType,
        source_metadata: sourceMetadata,
        created_at: new Date().toISOString(),
      };
      await writeAtomically(
        join(folder, `${id}.json`),
        JSON.stringify({ record, sha256: hash.digest("hex") }),
      );
      return record;
    },

    async updateCredentials() {
      throw new NoxusError(
        "not_supported",
        "This plugin server works without a platform, which would keep credentials. Its callers send them with each call.",
      );
    },
  };
}

async function readRecord(folder: string, fileId: string): Promise<{ record: FileRecord; sha256: string }> {
  const id = /^[0-9a-f-]{36}$/.test(fileId) ? fileId : undefined;
  const text = id && (await readFile(join(folder, `${id}.json`), "utf8").catch(() => undefined));
  if (!text) throw new NoxusError("not_found", `There is no file ${fileId} on this plugin server.`);
  const { record, sha256 } = JSON.parse(text) as { record: unknown; sha256: string };
  return { record: fileRecordSchema.parse(record), sha256 };
}
