import { randomUUID } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { preparePlugin, warmEngine } from "../../../../fixtures/engine.ts";
import {
  execution,
  type StartedPlugin,
  startPlugin,
  startScript,
  textOf,
} from "../../../../fixtures/script-plugin.ts";

let plugin: StartedPlugin;
beforeAll(async () => {
  plugin = await startScript(
    "http",
    `serve((request, response, body) => {
      const name = request.url.split("/")[2];
      if (name === "mirror") return response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers, body: String(body) }));
      if (name === "stream") { let n = 0; const more = () => { while (n++ < 1000) if (!response.write("x".repeat(10000))) return response.once("drain", more); response.end(); }; return more(); }
      if (name === "never") { console.log("call came"); request.socket.once("close", () => console.log("connection closed")); return; }
      if (name === "half") { response.writeHead(200, { "content-length": 1000000 }); response.write("x".repeat(100000)); return setTimeout(() => response.destroy(), 50); }
      if (name === "cut") return request.socket.destroy();
      response.writeHead(418, { "content-type": "text/teapot" }).end("short and stout");
    });`,
  );
});
afterAll(() => plugin[Symbol.asyncDispose]());

const call = (name: string, more = {}) => plugin.instance.call(execution(name, {}, more));

test("the body travels byte for byte, with its length, and headers are passed on", async () => {
  const body = '{ "ctx": {},\n "n": 1.0 }';
  const more = { body: Buffer.from(body), headers: { traceparent: "00-1" } };
  const seen = JSON.parse(await textOf(await call("mirror", more)));
  expect(seen).toMatchObject({
    body,
    method: "POST",
    url: "/nodes/mirror/execute",
    headers: { traceparent: "00-1" },
  });
  const stream = Readable.from([Buffer.from("{}")], { objectMode: false });
  const streamed = JSON.parse(await textOf(await call("mirror", { body: stream, contentLength: 2 })));
  expect(streamed).toMatchObject({ body: "{}", headers: { "content-length": "2" } });
});

test("names are escaped in the address", async () => {
  const answer = await plugin.instance.call(execution("../x y", {}, { kind: "integration_ready" }));
  expect([answer.status, await textOf(answer)]).toEqual([418, "short and stout"]);
  const config = await plugin.instance.call(
    execution("mirror", {}, { kind: "node_config", skipCache: true }),
  );
  expect(JSON.parse(await textOf(config)).url).toBe("/nodes/mirror/config?skip_cache=true");
});

test("whatever the plugin answers comes through, status and type too", async () => {
  const answer = await call("tea");
  expect([answer.status, answer.contentType, await textOf(answer)]).toEqual([
    418,
    "text/teapot",
    "short and stout",
  ]);
});

test("a large answer streams, and counts as in flight until it is read", async () => {
  const answer = await call("stream");
  expect(plugin.instance.inFlight).toBe(1);
  expect((await textOf(answer)).length).toBe(10_000_000);
  expect(plugin.instance.inFlight).toBe(0);
});

test("cancelling closes the connection to the plugin", async () => {
  const gone = new AbortController();
  const waiting = call("never", { signal: gone.signal });
  const logged = (text: string) => plugin.lines.some((line) => line.text === text);
  await expect.poll(() => logged("call came")).toBe(true);
  gone.abort(new Error("the caller went away"));
  await expect(waiting).rejects.toThrow("the caller went away");
  await expect.poll(() => logged("connection closed")).toBe(true);
  expect(plugin.instance.inFlight).toBe(0);
});

test("a caller that stops sending ends the call", async () => {
  const body = new PassThrough();
  body.write("{");
  const failed = expect(call("mirror", { body })).rejects.toBeDefined();
  body.destroy(new Error("upload broke"));
  await failed;
  expect(plugin.instance.inFlight).toBe(0);
});

test("a connection that breaks while the process lives is a fault of the plugin's protocol", async () => {
  await expect(call("cut")).rejects.toMatchObject({
    code: "plugin_protocol_error",
    data: { started: "perhaps" },
  });
  const answer = await call("half");
  await expect(textOf(answer)).rejects.toThrow();
  expect(plugin.instance.inFlight).toBe(0);
});

test("what HTTP releases do not have is refused by name", async () => {
  await expect(plugin.instance.call(execution("t", {}, { kind: "trigger_poll" }))).rejects.toMatchObject({
    code: "transport_unsupported",
    data: { started: "no" },
  });
});

test.each(["starter", "bare"] as const)(
  "a hot call to a real plugin (%s) does not wait for a delayed ACK",
  async (start) => {
    const prepared = await preparePlugin(warmEngine(), "echo", { sdkRelease: "0.5.5", start });
    const launch = await prepared.launch({ marker: randomUUID() });
    await using real = startPlugin(launch);
    await real.instance.ready;
    const direct: number[] = [];
    const forwarded: number[] = [];
    const body = JSON.stringify({ ctx: {}, inputs: { text: "hello" }, config: {} });
    for (let n = 0; n < 40; n += 1) {
      direct.push(
        await timed(async () => {
          const headers = { "content-type": "application/json", connection: "close" };
          await (
            await fetch(`http://127.0.0.1:${real.instance.port}/nodes/echo/execute`, {
              method: "POST",
              body,
              headers,
            })
          ).text();
        }),
      );
      forwarded.push(
        await timed(
          async () => void (await textOf(await real.instance.call(execution("echo", { text: "hello" })))),
        ),
      );
    }
    expect(median(forwarded)).toBeLessThan(3 * median(direct));
    await real.instance.stop({ drainMs: 0 });
    await launch.removeScratch();
  },
);

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
