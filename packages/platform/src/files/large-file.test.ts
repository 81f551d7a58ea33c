import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import type { FileRecord } from "@noxus/contracts";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

const size = 1_000_000_000;
const { bavail, bsize } = await statfs(tmpdir());
const isRoom = bavail * bsize > 2 * size;

describe.skipIf(!isRoom)(
  `1 GB${isRoom ? "" : " (skipped: less than 2 GB are free for temporary files)"}`,
  () => {
    let platform: TestPlatform;
    beforeAll(async () => {
      platform = await startTestPlatform();
    });
    afterAll(() => platform.stop());

    test("goes up and comes down through the API, byte for byte and without being held in memory", {
      timeout: 240_000,
    }, async () => {
      const before = process.memoryUsage().rss;
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      const { file, sha256 } = await upload();
      expect(file).toMatchObject({ size, sha256, filename: "big.bin" });
      const down = await request(`${platform.url}/v1/file/${file.id}`, {
        headers: { "x-api-key": platform.adminKey },
      });
      const hash = createHash("sha256");
      for await (const chunk of down.body) hash.update(chunk as Buffer);
      clearInterval(watch);
      expect(hash.digest("hex")).toBe(sha256);
      // The client is in this process too; held whole even once it would be five times this.
      expect(peak - before).toBeLessThan(200_000_000);
    });

    async function upload(): Promise<{ file: FileRecord; sha256: string }> {
      const hash = createHash("sha256");
      function* body() {
        yield Buffer.from(
          '--edge\r\ncontent-disposition: form-data; name="file"; filename="big.bin"\r\ncontent-type: application/octet-stream\r\n\r\n',
        );
        for (let left = size; left > 0; left -= 1_000_000) {
          const block = Buffer.alloc(Math.min(left, 1_000_000), `${left} `);
          hash.update(block);
          yield block;
        }
        yield Buffer.from("\r\n--edge--\r\n");
      }
      const answer = await request(`${platform.url}/v1/file`, {
        method: "POST",
        headers: {
          "x-api-key": platform.adminKey,
          "content-type": "multipart/form-data; boundary=edge",
        },
        body: Readable.from(body()),
        headersTimeout: 240_000,
      });
      expect(answer.statusCode).toBe(200);
      return { file: (await answer.body.json()) as FileRecord, sha256: hash.digest("hex") };
    }
  },
);
