import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createLogger } from "@noxus/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { preparePlugin, warmEngine, warmNodeEngine } from "../../../../fixtures/engine.ts";
import { createFileStore, type FileStore } from "../../../../fixtures/file-store.ts";
import { execution, startPlugin, testFolder, textOf } from "../../../../fixtures/script-plugin.ts";
import { type Bridge, startBridge } from "./bridge.ts";
import type { BridgeDoor } from "./door.ts";

/** A plugin's two requests, in a process of its own. */
const largeFileClient = `
  const http = require("node:http");
  const url = process.argv[1];
  const piece = Buffer.alloc(300000, 7).toString("base64");
  async function* body() {
    yield '{"filename":"big","content_base64":"';
    for (let n = 0; n < 334; n += 1) yield piece;
    yield '"}';
  }
  const headers = { "content-type": "application/json" };
  const sending = http.request(url + "/files/upload", { method: "POST", headers }, async (response) => {
    const made = JSON.parse((await response.toArray()).join(""));
    http.get(url + "/files/" + made.id, async (answer) => {
      let downloaded = 0;
      for await (const chunk of answer) downloaded += chunk.length;
      console.log(JSON.stringify({ uploaded: made.size, downloaded }));
    });
  });
  require("node:stream").Readable.from(body()).pipe(sending);`;

const logger = createLogger({ program: "test", level: "silent" });
const maxFileBytes = 150_000_000;
let folder: Awaited<ReturnType<typeof testFolder>>;
let store: FileStore;
let bridge: Bridge;
beforeAll(async () => {
  folder = await testFolder();
  store = createFileStore(folder.path);
  bridge = await startBridge({ transfer: store, scratchFolder: folder.path, maxFileBytes, logger });
});
afterAll(async () => {
  await bridge.close();
  await folder[Symbol.asyncDispose]();
});

const open = () =>
  bridge.open({ instanceId: randomUUID(), pluginId: "9f8e7d6c-0000-4000-8000-000000000000" });
const grant = (door: BridgeDoor, files: string[], workspace = "w1") =>
  door.admit({ files: new Set(files), workspace });
const get = (door: BridgeDoor, id: string) => fetch(`${door.url}/files/${id}`);
const upload = (door: BridgeDoor, fields: Record<string, unknown> | string) =>
  fetch(`${door.url}/files/upload`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof fields === "string" ? fields : JSON.stringify(fields),
  });
const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: string };
  return [response.status, error];
};

describe("over HTTP", () => {
  test("a file given to a call in flight can be read while the call runs, and only by that instance", async () => {
    const id = await store.put("content", "w1");
    const door = open();
    const other = open();
    expect(await errorOf(await get(door, id))).toEqual([403, "file_not_granted"]);
    const call = grant(door, [id]);
    const response = await get(door, id);
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([
      200,
      "7",
      "content",
    ]);
    expect(await errorOf(await get(other, id))).toEqual([403, "file_not_granted"]);
    call.release();
    expect(await errorOf(await get(door, id))).toEqual([403, "file_not_granted"]);
  });

  test("the address dies with the instance, and another one cannot be guessed", async () => {
    const id = await store.put("content", "w1");
    const door = open();
    grant(door, [id]);
    door.close();
    expect(await errorOf(await get(door, id))).toEqual([403, "bridge_closed"]);
    const guessed = { ...door, url: door.url.slice(0, -1) };
    expect(await errorOf(await get(guessed as BridgeDoor, id))).toEqual([403, "bridge_closed"]);
    expect(await errorOf(await upload(door, { content_base64: "" }))).toEqual([403, "bridge_closed"]);
  });

  test("what a plugin uploads belongs to the call's workspace and can be read back", async () => {
    const door = open();
    grant(door, [], "w7");
    const response = await upload(door, {
      filename: "a.txt",
      content_type: "text/plain",
      content_base64: Buffer.from("made").toString("base64"),
      group_id: "00000000-0000-0000-0000-000000000000",
      source_type: "Document",
      source_metadata: { page: 1 },
    });
    const record = (await response.json()) as { id: string };
    expect(record).toMatchObject({
      uri: `spot://${record.id}`,
      filename: "a.txt",
      size: 4,
      group_id: "w7",
      source_metadata: { page: 1 },
    });
    expect(await (await get(door, record.id)).text()).toBe("made");
  });

  test("with calls of several workspaces, group_id decides, and a foreign one is refused", async () => {
    const door = open();
    grant(door, [], "w1");
    grant(door, [], "w2");
    const made = await upload(door, { content_base64: "", group_id: "w2", filename: "x" });
    expect(await made.json()).toMatchObject({ group_id: "w2", size: 0 });
    expect(await errorOf(await upload(door, { content_base64: "", group_id: "w3" }))).toEqual([
      403,
      "file_not_granted",
    ]);
  });

  test.each([
    ["no JSON", "{", 400, "malformed_json"],
    ["no base64", '{"content_base64":"%%%"}', 400, "invalid_request"],
    ["a base64 text cut short", '{"content_base64":"AAAAA"}', 400, "invalid_request"],
    ["no object", "[]", 400, "invalid_request"],
  ])("an upload that is %s is refused", async (_, body, status, code) => {
    const door = open();
    grant(door, []);
    expect(await errorOf(await upload(door, body))).toEqual([status, code]);
  });

  test("an upload that breaks off leaves nothing", async () => {
    const door = open();
    grant(door, []);
    const before = store.records.size;
    const sending = request(`${door.url}/files/upload`, {
      method: "POST",
      headers: { "content-length": "1000" },
    });
    const broken = new Promise((resolve) => sending.once("error", resolve));
    sending.write('{"content_base64":"AAAA');
    sending.destroy();
    await broken;
    expect((await upload(door, { content_base64: "", filename: "after" })).status).toBe(200);
    expect(store.records.size).toBe(before + 1);
  });

  test("a file that changed on the way is not passed off as whole", async () => {
    const id = await store.put("x".repeat(100_000), "w1");
    await writeFile(store.path(id), "y".repeat(100_000));
    const door = open();
    grant(door, [id]);
    await expect(get(door, id).then((response) => response.arrayBuffer())).rejects.toThrow();
    await truncate(store.path(id), 10);
    expect(await errorOf(await get(door, id))).toEqual([503, "unavailable"]);
  });

  test("a vanished file says so", async () => {
    const door = open();
    grant(door, ["11111111-1111-4111-8111-111111111111"]);
    expect(await errorOf(await get(door, "11111111-1111-4111-8111-111111111111"))).toEqual([
      404,
      "not_found",
    ]);
  });

  test("100 MB pass both ways without being held in memory", async () => {
    const door = open();
    grant(door, []);
    const before = process.memoryUsage().rss;
    let peak = before;
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 10);
    const client = spawn(process.execPath, ["-e", largeFileClient, door.url], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told = JSON.parse((await client.stdout.toArray()).join("")) as {
      uploaded: number;
      downloaded: number;
    };
    clearInterval(sampler);
    expect(told).toEqual({ uploaded: 100_200_000, downloaded: 100_200_000 });
    // Held whole even once, file and base64 would be 234 MB; what is collected late is counted here too.
    expect(peak - before).toBeLessThan(160_000_000);
  });

  test("a file over the limit is refused", async () => {
    const small = await startBridge({
      transfer: store,
      scratchFolder: folder.path,
      maxFileBytes: 1000,
      logger,
    });
    const door = small.open({ instanceId: "i", pluginId: "p" });
    const id = await store.put("x".repeat(1001), "w1");
    grant(door, [id]);
    expect(await errorOf(await get(door, id))).toEqual([413, "payload_too_large"]);
    const content_base64 = Buffer.alloc(1001).toString("base64");
    expect(await errorOf(await upload(door, { content_base64 }))).toEqual([413, "payload_too_large"]);
    await small.close();
  });
});

describe.each(["0.5.5", "0.5.6", "0.6.0"])("a real plugin on SDK %s", (sdkRelease) => {
  test("reads a large file that its call was given, makes another, and gets no other one", async () => {
    const prepared = await preparePlugin(warmEngine(), "echo", { sdkRelease });
    const door = open();
    const launch = await prepared.launch({ bridgeUrl: door.url, marker: randomUUID() });
    await using plugin = startPlugin(launch, { bridge: door });
    await plugin.instance.ready;
    const upper = async (id: string, granted: string[]) => {
      const file = {
        id,
        uri: `spot://${id}`,
        name: "f.txt",
        content_type: "text/plain",
        source_type: "Document",
      };
      const grants = { files: new Set(granted), workspace: "w1" };
      const answer = await plugin.instance.call(execution("upper_file", { file }, { grants }));
      return { status: answer.status, body: JSON.parse(await textOf(answer)) };
    };
    const content = "abc".repeat(3_000_000);
    const id = await store.put(content, "w1");
    const made = await upper(id, [id]);
    expect(made).toMatchObject({ status: 200 });
    const record = store.records.get(made.body.outputs.file.id);
    expect(record).toMatchObject({ size: content.length, filename: "upper-f.txt", group_id: "w1" });
    expect((await upper(id, [])).status).toBe(500);
    // Twenty at once, each with a file of its own.
    const contents = Array.from({ length: 20 }, (_, number) => `file ${number} `.repeat(20_000));
    const results = await Promise.all(
      contents.map(async (text) => {
        const own = await store.put(text, "w1");
        return readFile(store.path((await upper(own, [own])).body.outputs.file.id), "utf8");
      }),
    );
    expect(results).toEqual(contents.map((text) => text.toUpperCase()));
    await plugin.instance.stop({ drainMs: 1000 });
    await launch.removeScratch();
    await expect(door.download("any", id)).rejects.toMatchObject({ code: "bridge_closed" });
  });
});

test("a TypeScript plugin over stdio copies what no frame could hold, as plain bytes and in its own call only", async () => {
  const prepared = await preparePlugin(warmNodeEngine(), "typescript/process");
  const door = open();
  const launch = await prepared.launch({ bridgeUrl: door.url, marker: randomUUID() });
  await using plugin = startPlugin(launch, { bridge: door });
  await plugin.instance.ready;
  await plugin.instance.manifest(AbortSignal.timeout(10_000));
  const copy = async (id: string, granted: string[]) => {
    const file = { id, uri: `spot://${id}`, name: "big" };
    const grants = { files: new Set(granted), workspace: "w1" };
    const answer = await plugin.instance.call(execution("copy", { file }, { grants }));
    return { status: answer.status, body: JSON.parse(await textOf(answer)) };
  };
  const size = 140_000_000;
  const id = await store.put(Buffer.alloc(size, "abc"), "w1");
  const { status, body } = await copy(id, [id]);
  expect([status, body]).toMatchObject([200, { success: true }]);
  const made = store.records.get(body.outputs.file.id);
  expect(made).toMatchObject({ size, filename: "big – copy", group_id: "w1" });
  expect(body.outputs.mostBytes).toBeLessThan(size);
  // Another call's file, while that one is under way: over HTTP alone the bridge could not tell them apart.
  const other = await store.put("another call's", "w1");
  const call = grant(door, [other]);
  const refused = await copy(other, []);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    500,
    expect.stringContaining("file_not_granted"),
  ]);
  call.release();
  await plugin.instance.stop({ drainMs: 1000 });
  await launch.removeScratch();
});

test("an upload in plain bytes needs its call's token, and headers that can be read", async () => {
  const door = open();
  const { token } = grant(door, []);
  const send = (headers: Record<string, string>) =>
    fetch(`${door.url}/files`, { method: "POST", headers, body: "content" });
  const made = await send({ "x-noxus-call-token": token, "x-noxus-filename": "a%20b.txt" });
  expect(await made.json()).toMatchObject({ filename: "a b.txt", size: 7, group_id: "w1" });
  expect(await errorOf(await send({}))).toEqual([403, "bridge_closed"]);
  expect(await errorOf(await send({ "x-noxus-call-token": token, "x-noxus-filename": "%" }))).toEqual([
    400,
    "invalid_request",
  ]);
});

test("a stdio plugin pushes new credentials back, within its own call only", async () => {
  const prepared = await preparePlugin(warmEngine(), "sdk-0-6-0", { sdkRelease: "0.6.0" });
  const door = open();
  const launch = await prepared.launch({ marker: randomUUID() });
  await using plugin = startPlugin(launch, { bridge: door });
  await plugin.instance.ready;
  const body = {
    ctx: {
      integration_credentials: { account: { access_token: "old" } },
      integration_credential_ids: { account: "c1" },
    },
    inputs: { text: "refresh" },
    config: {},
  };
  const more = {
    body: Buffer.from(JSON.stringify(body)),
    grants: { files: new Set<string>(), workspace: "w1" },
  };
  const answer = await plugin.instance.call(execution("who_am_i", {}, more));
  expect(JSON.parse(await textOf(answer))).toMatchObject({ success: true });
  expect(store.credentialUpdates).toEqual([
    {
      workspaceId: "w1",
      pluginId: "9f8e7d6c-0000-4000-8000-000000000000",
      integration: "account",
      credentialId: "c1",
      payload: { access_token: "a newer token" },
    },
  ]);
  await plugin.instance.stop({ drainMs: 0 });
  await launch.removeScratch();
});
