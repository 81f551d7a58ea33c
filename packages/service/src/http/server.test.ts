import { Writable } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { createLogger } from "../log/logger.ts";
import { listen } from "./listen.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

let server: HttpServer;
let url: string;
let logged: string;

beforeEach(async () => {
  logged = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const logger = createLogger({ program: "test", level: "info", destination });
  server = await createHttpServer({ title: "Test", version: "1.0.0", logger, bodyLimit: 1000 });
  server.post(
    "/echo",
    { schema: { body: z.object({ n: z.number(), deep: z.object({ s: z.string() }) }) } },
    async (request) => request.body,
  );
  server.get("/busy", async () => {
    throw new NoxusError("plugin_busy", "Full.", { retryAfterS: 1.2, data: { depth: 9 } });
  });
  server.get("/bug", async (): Promise<string> => {
    throw new TypeError("secret inner words");
  });
  ({ url } = await listen(server, { host: "127.0.0.1", port: 0 }));
});
afterEach(() => server.close());

const post = (body: string, type = "application/json") =>
  fetch(`${url}/echo`, { method: "POST", body, headers: { "content-type": type } });

test("each problem of a body is named by its path", async () => {
  const response = await post(JSON.stringify({ n: "x", deep: {} }));
  const body = (await response.json()) as { error: string; fields: { path: string }[] };
  expect(response.status).toBe(400);
  expect(body.error).toBe("invalid_request");
  expect(body.fields.map(({ path }) => path)).toEqual(["body.n", "body.deep.s"]);
});

test.each([
  ["{", "application/json", 400, "malformed_json"],
  ["", "application/json", 400, "malformed_json"],
  ["x", "text/csv", 415, "unsupported_media_type"],
  [JSON.stringify({ n: 1, deep: { s: "a".repeat(2000) } }), "application/json", 413, "payload_too_large"],
])("a body of %j as %s is refused with its code", async (body, type, status, code) => {
  const response = await post(body, type);
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, code]);
});

test("a coded error answers with its status, data and Retry-After in whole seconds", async () => {
  const response = await fetch(`${url}/busy`);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toMatchObject({ error: "plugin_busy", data: { depth: 9 } });
});

test("a fault of ours shows none of its words to the caller, and all of them to the log under the request id", async () => {
  const response = await fetch(`${url}/bug`);
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain("secret inner words");
  expect(logged).toContain("secret inner words");
  expect(logged).toContain(JSON.parse(text).requestId);
});

test("an unknown address says so", async () => {
  const response = await fetch(`${url}/nowhere?x=1`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: "not_found",
    detail: "There is no GET /nowhere here.",
  });
});

test("a second server on the port is refused, naming who has it", async () => {
  const logger = createLogger({ program: "test", level: "silent" });
  const other = await createHttpServer({ title: "Other", version: "1.0.0", logger });
  const { port } = new URL(url);
  await expect(listen(other, { host: "127.0.0.1", port: Number(port) })).rejects.toMatchObject({
    code: "port_in_use",
    message: expect.stringContaining(`pid ${process.pid}`),
  });
  await other.close();
});
