import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storedZip } from "../../../../fixtures/wheel.ts";
import { uvEnvironment } from "./machine-settings.ts";
import { readPipOptions } from "./pip-config.ts";
import { findUv, pinnedUvVersion } from "./uv-binary.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-uv-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = () => AbortSignal.timeout(50_000);
const script = "#!/bin/sh\necho uv 0.9.1 of a test\n";
const platforms = [
  "manylinux_2_17_x86_64",
  "manylinux_2_17_aarch64",
  "musllinux_1_1_x86_64",
  "musllinux_1_1_aarch64",
];
const names = [...platforms, "macosx_11_0_arm64", "macosx_10_12_x86_64"].map(
  (platform) => `uv-${pinnedUvVersion}-py3-none-${platform}.whl`,
);

interface Asked {
  url: string;
  authorization: string | undefined;
}

/** A Python index of one project, whose wheels hold a small script; `page` makes its answer from the wheel's sha256. */
async function indexWith(page: (sha256: string) => { type: string; body: string } | undefined) {
  const wheel = storedZip({ [`uv-${pinnedUvVersion}.data/scripts/uv`]: script });
  const sha256 = createHash("sha256").update(wheel).digest("hex");
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", authorization: request.headers.authorization });
    if (request.url?.startsWith("/files/")) return response.end(wheel);
    const answer = page(sha256);
    response.writeHead(answer ? 200 : 404, { "content-type": answer?.type ?? "text/plain" });
    return response.end(answer?.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An HTTP proxy that tunnels or passes on, and remembers where to. */
async function proxyServer() {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, response) => {
    const { url = "", headers } = incoming;
    tunnels.push(new URL(url).host);
    request(url, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on("connect", ({ url = "" }, socket: Duplex) => {
    tunnels.push(url);
    const [host, port] = url.split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    for (const one of [socket, target]) sockets.add(one.on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    tunnels,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const jsonPage = (sha256: string) => ({
  type: "application/vnd.pypi.simple.v1+json",
  body: JSON.stringify({
    files: names.map((filename) => ({ filename, url: `/files/${filename}`, hashes: { sha256 } })),
  }),
});

const htmlPage = (sha256: string) => ({
  type: "text/html",
  body: names
    .map((name) => `<a class="x" href="../../files/${name}#sha256=${sha256}">${name}</a>`)
    .join("\n"),
});

const find = (index: string, path = "/nowhere") =>
  findUv({ settings: { PATH: path, UV_DEFAULT_INDEX: index }, cacheFolder: folder, signal: signal() });

test("the first uv on PATH that works and is new enough is taken", async () => {
  const folders = ["broken", "old", "good"].map((name) => join(folder, name));
  const scripts = ["#!/bin/sh\nexit 127\n", "#!/bin/sh\necho uv 0.2.37\n", script];
  for (const [index, path] of folders.entries()) {
    await mkdir(path);
    await writeFile(join(path, "uv"), scripts[index] ?? "");
    await chmod(join(path, "uv"), 0o755);
  }
  const path = ["/nowhere", ...folders].join(":");
  expect(await find("http://127.0.0.1:9/simple", path)).toBe(join(folder, "good", "uv"));
});

test("without one, the wheel of the machine's own index gives a uv that works", async () => {
  const settings = uvEnvironment({ ...process.env, PATH: "/nowhere" }, await readPipOptions(process.env));
  const uv = await findUv({ settings, cacheFolder: folder, signal: signal() });
  const { stdout } = await promisify(execFile)(uv, ["--version"]);
  expect(stdout).toContain(pinnedUvVersion);
});

describe("an index", () => {
  test.each([
    ["JSON", jsonPage],
    ["HTML", htmlPage],
  ])("that answers in %s is understood, asked once, and given its credentials", async (_, page) => {
    await using index = await indexWith(page);
    const address = `http://me:p%40ss@${index.host}/simple/`;
    const uv = await find(address);
    expect((await promisify(execFile)(uv)).stdout).toBe("uv 0.9.1 of a test\n");
    expect(await find(address)).toBe(uv);
    expect(index.asked.map(({ url }) => url)).toEqual(["/simple/uv/", expect.stringContaining("/files/")]);
    expect(index.asked[0]?.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });

  test("behind a proxy is reached through it, unless NO_PROXY names it", async () => {
    await using index = await indexWith(jsonPage);
    await using proxy = await proxyServer();
    const settings = {
      PATH: "/nowhere",
      UV_DEFAULT_INDEX: `http://${index.host}/simple`,
      HTTP_PROXY: `http://${proxy.host}`,
    };
    const direct = { ...settings, NO_PROXY: "127.0.0.1" };
    await findUv({ settings: direct, cacheFolder: join(folder, "direct"), signal: signal() });
    expect(proxy.tunnels).toEqual([]);
    await findUv({ settings, cacheFolder: join(folder, "through"), signal: signal() });
    expect(new Set(proxy.tunnels)).toEqual(new Set([index.host]));
  });

  test("whose wheel is not what its sha256 says is refused, and nothing is left behind", async () => {
    await using index = await indexWith(() => jsonPage("0".repeat(64)));
    await expect(find(`http://${index.host}/simple`)).rejects.toEqual(
      expect.objectContaining({
        code: "uv_missing",
        message: expect.stringContaining("but the index says 000"),
      }),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("without a sha256 is refused", async () => {
    await using index = await indexWith(() => ({
      ...htmlPage(""),
      body: htmlPage("").body.replaceAll("#sha256=", ""),
    }));
    await expect(find(`http://${index.host}/simple`)).rejects.toMatchObject({
      code: "uv_missing",
      message: expect.stringContaining("no sha256"),
    });
  });

  test("whose address is none is refused without repeating it", async () => {
    const error = await find("me:secret@index").catch((caught: Error) => caught as Error);
    expect(error).toMatchObject({ code: "uv_missing" });
    expect((error as Error).message).not.toContain("secret");
  });

  test("without uv, or that is not there: the error names PATH and index, never the password", async () => {
    await using index = await indexWith(() => undefined);
    for (const host of [index.host, "127.0.0.1:9"]) {
      const error = await find(`http://me:secret@${host}/simple`).catch((caught: Error) => caught as Error);
      expect(error).toMatchObject({ code: "uv_missing" });
      expect((error as Error).message).toContain("/nowhere");
      expect((error as Error).message).toContain(host);
      expect((error as Error).message).not.toContain("secret");
    }
  });
});
