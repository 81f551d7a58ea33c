import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { HttpPlugin, typescriptPlugin } from "../../../../fixtures/plugins-ts/plugin-process.ts";

let plugin: HttpPlugin;
let pluginUrl: string;
let server: TestPluginServer;
let endpoint: Server;
/** What the endpoint asks for; requests that it had. */
let key = "right";
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  plugin = new HttpPlugin(typescriptPlugin("hello", ["serve", "--host", "127.0.0.1", "--port", "0"]));
  server = await startPluginServer({ variables: { PLUGIN_SERVER_RESTART_FIRST_MS: "200" } });
  pluginUrl = await plugin.url;
  endpoint = createServer(guarded);
  await listenOn(endpoint);
});
afterEach(async () => {
  key = "right";
  await server.put();
});
afterAll(async () => {
  await server.stop();
  endpoint.close();
  await plugin[Symbol.asyncDispose]();
});

async function listenOn(one: { listen: Server["listen"] } & NodeJS.EventEmitter, port = 0) {
  (one as Server).listen(port, "127.0.0.1");
  await once(one, "listening");
}

/** Somebody's gateway: asks for the key and passes on, under a path of its own. */
function guarded(incoming: IncomingMessage, answer: ServerResponse): void {
  seen.push(incoming);
  if (incoming.headers["x-api-key"] !== key) {
    answer.writeHead(401).end("{}");
    return;
  }
  const path = incoming.url?.replace(/^\/team/, "");
  const onward = request(`${pluginUrl}${path}`, {
    method: incoming.method ?? "GET",
    headers: incoming.headers,
  });
  onward.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  incoming.pipe(onward);
}

function address(of: { address: Server["address"] } = endpoint, scheme = "http"): string {
  return `${scheme}://127.0.0.1:${(of.address() as AddressInfo).port}`;
}

const remote = (more: object = {}) =>
  wantedPlugin({
    type: "remote",
    endpoint: `${address()}/team`,
    key: "right",
    key_header: "X-API-Key",
    ...more,
  });

test("is asked at its address with its key, and has the statuses of any other", async () => {
  const wanted = remote();
  await server.put(wanted);
  const report = await server.until(wanted.id, "running");
  expect(report).toMatchObject({ name: "hello", engine: "remote", transport: "http" });
  expect(report.manifest).toMatchObject({ execution: "remote", endpoint: `${address()}/team` });
  const answer = await server.execute(wanted.id, "greet", { name: "Ada" });
  expect(await answer.json()).toEqual({ success: true, outputs: { greeting: "Hello, Ada!" } });
  expect(seen.at(-1)?.headers).toMatchObject({ "x-api-key": "right" });
  const log = await (await server.request("GET", `/plugins/${wanted.id}/logs?tail=100`)).text();
  expect(JSON.stringify(report) + log).not.toContain('"right"');
});

test("a key that is refused is told as that, at the install and in a call, and a new one is used at once", async () => {
  const wrong = remote({ key: "wrong" });
  await server.put(wrong);
  const report = await server.until(wrong.id, "error");
  expect(report.failure).toMatchObject({ code: "endpoint_key_refused", stage: "fetch" });
  await server.put({ ...wrong, generation: 2, source: remote().source });
  await server.until(wrong.id, "running");
  key = "changed";
  const refused = await server.execute(wrong.id, "greet", { name: "Ada" });
  expect({ status: refused.status, body: await refused.json() }).toMatchObject({
    status: 502,
    body: { error: "endpoint_key_refused" },
  });
  await server.put({ ...wrong, generation: 3, source: remote({ key: "changed" }).source });
  await server.until(wrong.id, ({ observedGeneration }) => observedGeneration === 3);
  expect((await server.execute(wrong.id, "greet", { name: "Ada" })).status).toBe(200);
});

test("an endpoint that goes away fails calls in words of its own, and serves again when it is back", async () => {
  const away = createServer(guarded);
  await listenOn(away);
  const { port } = away.address() as AddressInfo;
  const wanted = remote({ endpoint: address(away) });
  await server.put(wanted);
  await server.until(wanted.id, "running");
  away.close();
  away.closeAllConnections();
  const failed = await server.execute(wanted.id, "greet", { name: "Ada" });
  expect({ status: failed.status, started: failed.headers.get("x-noxus-started") }).toEqual({
    status: 502,
    started: "no",
  });
  expect(await failed.json()).toMatchObject({ error: "endpoint_unreachable" });
  const back = createServer(guarded);
  await listenOn(back, port);
  await expect
    .poll(async () => (await server.execute(wanted.id, "greet", { name: "Ada" })).status, { timeout: 10_000 })
    .toBe(200);
  back.close();
  back.closeAllConnections();
});

test.for([
  ["http://plugins.example/team", "source_url_refused", "is not https"],
  ["https://user:secret@plugins.example/", "source_url_refused", "holds a user or password"],
  ["http://127.0.0.1:9/", "endpoint_unreachable", "nothing listens there"],
  ["https://plugins.invalid/", "endpoint_unreachable", "name is not known"],
] as const)("%s is refused with %s", async ([address, code, words]) => {
  const wanted = remote({ endpoint: address });
  await server.put(wanted);
  const { failure } = await server.until(wanted.id, "error");
  expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(JSON.stringify(failure)).not.toContain("secret@");
});

// A certificate is made by the openssl command; a machine without it cannot make one for this test.
test.skipIf(!hasOpenssl())(
  "a certificate that nobody vouches for is refused, and no key is sent",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "noxus-tls-"));
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1";
    execFileSync("openssl", [...words.split(" "), "-keyout", keyFile, "-out", certFile], { stdio: "ignore" });
    const requests: string[] = [];
    const tls = createTlsServer(
      { key: readFileSync(keyFile), cert: readFileSync(certFile) },
      (incoming, answer) => {
        requests.push(incoming.url ?? "");
        answer.end("{}");
      },
    );
    await listenOn(tls);
    const wanted = remote({ endpoint: address(tls, "https") });
    await server.put(wanted);
    const { failure } = await server.until(wanted.id, "error");
    expect(failure).toMatchObject({
      code: "endpoint_unreachable",
      message: expect.stringContaining("not trusted"),
    });
    expect(requests).toEqual([]);
    tls.close();
    rmSync(folder, { recursive: true });
  },
);

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
