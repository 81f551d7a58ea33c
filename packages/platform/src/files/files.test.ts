import { createHash, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FileRecord, Page } from "@noxus/contracts";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { parseRange } from "./send-file.ts";

const maxBytes = 128 * 1024 * 1024;
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ NOXUS_MAX_FILE_BYTES: String(maxBytes) });
});
afterAll(() => platform.stop());

function upload(content: string, filename = "note.txt", key?: string): Promise<FileRecord> {
  const form = new FormData();
  form.set("file", new Blob([content], { type: "text/plain" }), filename);
  return platform.json<FileRecord>("/v1/file", { body: form, ...(key && { key }) });
}

test("a file comes back byte for byte, whole and in part, with its record", async () => {
  const file = await upload("0123456789", "Größe – 1.txt");
  const sha256 = createHash("sha256").update("0123456789").digest("hex");
  expect(file).toMatchObject({ size: 10, filename: "Größe – 1.txt", uri: `spot://${file.id}`, sha256 });
  const whole = await platform.send(`/v1/file/${file.id}`);
  expect([await whole.text(), whole.headers.get("x-noxus-sha256")]).toEqual(["0123456789", sha256]);
  expect(whole.headers.get("content-disposition")).toContain("filename*=UTF-8''Gr%C3%B6%C3%9Fe");
  const part = await platform.send(`/v1/file/${file.id}`, { headers: { range: "bytes=2-4" } });
  expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([
    206,
    "234",
    "bytes 2-4/10",
  ]);
  const beyond = await platform.send(`/v1/file/${file.id}`, { headers: { range: "bytes=10-" } });
  expect(beyond.status).toBe(416);
  expect(await platform.json(`/v1/file/${file.id}/record`)).toEqual(file);
});

test("a deleted file is gone, its content too", async () => {
  const { id } = await upload("short-lived");
  await platform.json(`/v1/file/${id}`, { method: "DELETE" });
  expect((await platform.send(`/v1/file/${id}`)).status).toBe(404);
  expect(await readdir(join(platform.dataFolder, "files", id.slice(0, 2)))).not.toContain(id);
});

test("what is no form, or a form without a file, is refused", async () => {
  const json = await platform.send("/v1/file", { body: { file: "x" } });
  expect([json.status, await json.json()]).toMatchObject([415, { error: "unsupported_media_type" }]);
  const form = new FormData();
  form.set("name", "x");
  const empty = await platform.send("/v1/file", { body: form });
  expect([empty.status, await empty.json()]).toMatchObject([400, { error: "invalid_request" }]);
});

/** Pieces made as they are asked for. */
async function* pieces(bytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(1024 * 1024, 7);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

function uploadFromPlugin(bytes: number, workspace: string) {
  return request(`${platform.url}/plugin-server/files`, {
    method: "POST",
    headers: {
      "x-api-key": platform.platformKey,
      "content-type": "application/octet-stream",
      "x-noxus-filename": "big.bin",
      "x-noxus-workspace": workspace,
    },
    body: Readable.from(pieces(bytes)),
  });
}

test("a large content streams both ways without being held in memory", async () => {
  const { id: workspace } = await createTestWorkspace(platform, "large");
  const size = 120 * 1024 * 1024;
  const before = process.memoryUsage().rss;
  const made = await uploadFromPlugin(size, workspace);
  const file = (await made.body.json()) as FileRecord;
  expect(file).toMatchObject({ size, filename: "big.bin", group_id: workspace });
  const headers = { "x-api-key": platform.platformKey };
  const answer = await request(`${platform.url}/plugin-server/files/${file.id}`, { headers });
  const hash = createHash("sha256");
  for await (const chunk of answer.body) hash.update(chunk as Buffer);
  expect(hash.digest("hex")).toBe(file.sha256);
  // Sender, platform and receiver share this process: all three together stay far below the content.
  expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
});

test("a content that says that it is over the limit is refused before it is read", async () => {
  const { statusCode, body } = await request(`${platform.url}/plugin-server/files`, {
    method: "POST",
    headers: { "x-api-key": platform.platformKey, "content-length": String(maxBytes + 1) },
    body: Readable.from(pieces(maxBytes + 1)),
    reset: true,
  }).catch((error: unknown) => ({ statusCode: String(error), body: undefined }));
  expect([413, "SocketError: other side closed"]).toContain(statusCode);
  await body?.dump();
});

test("a content over the limit is refused, and nothing of it stays", async () => {
  const { id: workspace } = await createTestWorkspace(platform, "limited");
  const answer = await uploadFromPlugin(maxBytes + 1, workspace).catch(() => undefined);
  // A refusal in the middle of an upload may break the connection before its answer is read.
  if (answer) expect(answer.statusCode).toBe(413);
  await answer?.body.dump();
  expect(await readdir(join(platform.dataFolder, "files", "incoming"))).toEqual([]);
  const { rows } = await platform.database.pool.query("select 1 from files where workspace_id = $1", [
    workspace,
  ]);
  expect(rows).toEqual([]);
});

test("a plugin server's file needs a workspace that is there", async () => {
  const answer = await uploadFromPlugin(1, randomUUID());
  expect([answer.statusCode, await answer.body.json()]).toMatchObject([400, { error: "invalid_request" }]);
});

test("a workspace's files, credentials, workflows and runs are not there for another one", async () => {
  const [mine, other] = [
    await createTestWorkspace(platform, "mine"),
    await createTestWorkspace(platform, "other"),
  ];
  const file = await upload("mine only", "mine.txt", mine.key);
  const credential = await platform.json<{ id: string }>("/v1/credentials", {
    body: { integration: "x", payload: { a: "b" } },
    key: mine.key,
  });
  const workflow = await platform.json<{ id: string }>("/v1/workflows", {
    body: { name: "mine", definition: { nodes: [], edges: [] } },
    key: mine.key,
  });
  const paths = [
    ["GET", `/v1/file/${file.id}`],
    ["GET", `/v1/file/${file.id}/record`],
    ["DELETE", `/v1/file/${file.id}`],
    ["PATCH", `/v1/credentials/${credential.id}`],
    ["POST", `/v1/credentials/${credential.id}/test`],
    ["DELETE", `/v1/credentials/${credential.id}`],
    ["GET", `/v1/workflows/${workflow.id}`],
    ["PATCH", `/v1/workflows/${workflow.id}`],
    ["GET", `/v1/workflows/${workflow.id}/runs`],
    ["POST", `/v1/workflows/${workflow.id}/runs`],
    ["GET", `/v1/workflows/${workflow.id}/versions`],
    ["GET", `/v1/workflows/${workflow.id}/export`],
    ["DELETE", `/v1/workflows/${workflow.id}`],
  ] as const;
  for (const [method, path] of paths) {
    const takesBody = method === "PATCH" || path.endsWith("/runs");
    const body = takesBody && method !== "GET" ? { body: {} } : {};
    const { status } = await platform.send(path, { method, key: other.key, ...body });
    expect([method, path, status]).toEqual([method, path, 404]);
  }
  for (const path of ["/v1/files", "/v1/credentials", "/v1/workflows"]) {
    expect((await platform.json<Page<unknown>>(path, { key: other.key })).total).toBe(0);
    expect((await platform.json<Page<unknown>>(path, { key: mine.key })).total).toBe(1);
  }
  const asServer = { key: platform.platformKey, headers: { "x-noxus-workspace": other.id } };
  expect((await platform.send(`/plugin-server/files/${file.id}`, asServer)).status).toBe(404);
  const install = { body: { source: { type: "upload", file_id: file.id, filename: "mine.tar.gz" } } };
  const refused = await platform.send("/v1/plugins", install);
  expect([refused.status, await refused.json()]).toMatchObject([422, { error: "source_file_missing" }]);
});

test("a range is read as HTTP writes it", () => {
  expect(parseRange("bytes=0-0", 10)).toEqual({ start: 0, end: 0 });
  expect(parseRange("bytes=5-", 10)).toEqual({ start: 5, end: 9 });
  expect(parseRange("bytes=-3", 10)).toEqual({ start: 7, end: 9 });
  expect(parseRange("bytes=-30", 10)).toEqual({ start: 0, end: 9 });
  expect(parseRange("bytes=3-99", 10)).toEqual({ start: 3, end: 9 });
  expect(parseRange("bytes=10-11", 10)).toBe("unsatisfiable");
  for (const none of [undefined, "bytes=-", "bytes=0-1,3-4", "lines=1-2"])
    expect(parseRange(none, 10)).toBeUndefined();
});
