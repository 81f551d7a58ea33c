import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { createHttpServer, createLogger, type HttpServer, listen } from "@noxus/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveConsole } from "./serve-console.ts";

let folder: string;
let server: HttpServer;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-console-"));
  const logger = createLogger({ program: "test", level: "silent" });
  server = await createHttpServer({ title: "test", version: "0", logger });
  await serveConsole(server, folder);
  ({ url } = await listen(server, { host: "127.0.0.1", port: 0 }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test("a console that is not built says how to build it", async () => {
  const answer = await fetch(`${url}/console/`);
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringContaining("npm run build console"),
  ]);
});

test("every address is the page, asked for anew each time, and lets in no script but ours", async () => {
  await writeFile(join(folder, "index.html"), "<!doctype html><title>console</title>");
  for (const path of ["/", "/console", "/console/", "/console/plugins/text-tools?tab=logs"]) {
    const answer = await fetch(url + path);
    expect([path, answer.status, await answer.text()]).toEqual([
      path,
      200,
      expect.stringContaining("console"),
    ]);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(answer.headers.get("content-security-policy")).not.toMatch(/unsafe/);
  }
});

test("files are kept for ever and sent as they were compressed", async () => {
  await mkdir(join(folder, "assets"));
  const script = "export const answer = 42;".repeat(50);
  await writeFile(join(folder, "assets", "index-1234.js"), script);
  await writeFile(join(folder, "assets", "index-1234.js.br"), brotliCompressSync(script));
  const answer = await fetch(`${url}/console/assets/index-1234.js`, { headers: { "accept-encoding": "br" } });
  expect(answer.headers.get("content-encoding")).toBe("br");
  expect(answer.headers.get("cache-control")).toMatch(/max-age=31536000.*immutable/);
  expect(answer.headers.get("content-type")).toMatch(/javascript/);
  expect(await answer.text()).toBe(script);
});

test("what is no file of the console is not found, whatever the path", async () => {
  for (const path of [
    "assets/none.js",
    "assets/..%2f..%2fpackage.json",
    "assets/%2e%2e/%2e%2e/package.json",
  ]) {
    const answer = await fetch(`${url}/console/${path}`);
    const text = await answer.text();
    expect([path, text.includes("dependencies")]).toEqual([path, false]);
  }
  expect((await fetch(`${url}/console/assets/none.js`)).status).toBe(404);
});
