import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { manifestSchema } from "@noxus/contracts";
import { createRegistry, parseWorkflow } from "@noxus/workflow";
import { Agent } from "undici";
import { afterEach, expect, test } from "vitest";
import type { PluginRoute } from "./plugin-route.ts";
import { remoteNode } from "./remote-node.ts";
import { ServerChoice } from "./server-choice.ts";

/** What the other side of the protocol does: these tests are of what comes over the wire, whoever sends it. */
type Handler = (request: IncomingMessage, body: unknown, response: ServerResponse) => void;

const str = { data_type: "str", is_list: false };
const input = (name: string, optional = false) => ({ name, definition: str, optional });
const manifest = manifestSchema.parse({
  name: "tools",
  version: "1.0.0",
  nodes: [
    { type: "Slug", inputs: [input("text")], outputs: [input("slug")], integrations: ["mail", ["a", "b"]] },
  ],
  nodes_v2: [
    {
      type: "SlugV2",
      inputs: [input("text"), input("more", true)],
      outputs: [input("slug")],
      max_timeout: 1,
    },
  ],
});
const registry = createRegistry([{ id: "6f0a3c7e-0000-4000-8000-000000000001", name: "tools", manifest }]);
const dispatcher = new Agent();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Handler): Promise<string> {
  const server = createServer(async (request, response) => handler(request, await json(request), response));
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ok = (outputs: object) => JSON.stringify({ success: true, outputs });
const fail = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

/** Calls a node of the plugin through the given servers. */
function call(
  urls: string[],
  {
    type = "Slug",
    inputs = { text: "x" },
    config = {},
    signal = AbortSignal.timeout(10_000),
    route = {},
    before = [],
  }: {
    type?: string;
    inputs?: Record<string, unknown>;
    config?: Record<string, unknown>;
    signal?: AbortSignal;
    route?: Partial<PluginRoute>;
    /** Releases that the run has called. */
    before?: string[];
  } = {},
) {
  const node = parseWorkflow({ nodes: [{ id: "n 1", type }], edges: [] }, registry, {
    missing: false,
  }).nodes.get("n 1");
  if (!node) throw new Error("no node");
  const execute = remoteNode({
    findRoute: async ({ integrations }) => ({
      config: {},
      credentials: Object.fromEntries(integrations.map((name) => [name, {}])),
      credentialIds: {},
      secrets: [],
      servers: urls.map((url, index) => ({
        id: String(index),
        url,
        apiKey: "key",
        status: "running",
        inFlight: index,
      })),
      ...route,
    }),
    choice: new ServerChoice(),
    dispatcher,
    maxBytes: 10_000,
    patienceMs: 400,
    lendPlace: () => ({ [Symbol.dispose]: () => {} }),
  });
  const run = { id: "run", workspaceId: "workspace", workflowId: "workflow", releases: new Set(before) };
  return execute({
    node,
    inputs,
    config,
    run,
    place: "n 1",
    attempt: 1,
    idempotencyKey: "run:n 1:1",
    pause: (wait) => wait(),
    progress: (told) => progress.push(told),
    noteRelease: (release) => releases.push(release),
    wait: () => Promise.reject(new Error("Nothing here waits.")),
    signal,
  });
}

const releases: string[] = [];
const progress: unknown[] = [];

test("the release that answered is noted, and those that the run has called are named", async () => {
  const asked: unknown[] = [];
  const url = await serve(({ headers }, _body, response) => {
    asked.push(headers["x-noxus-releases"]);
    response.setHeader("x-noxus-release", "r1").end(ok({ slug: "x" }));
  });
  releases.length = 0;
  await call(["http://127.0.0.1:1", url]);
  await call([url], { before: ["r1", "other"] });
  expect({ asked, releases }).toEqual({ asked: [undefined, "r1,other"], releases: ["r1", "r1"] });
});

test("how far a call is comes before its answer; what cannot be read changes nothing", async () => {
  const link = "<>; rel=progress";
  const url = await serve((_request, _body, response) => {
    const progress = encodeURIComponent(JSON.stringify({ fraction: 0.25, message: "a quarter – done" }));
    response.writeEarlyHints({ link, "x-noxus-progress": progress });
    response.writeEarlyHints({ link, "x-noxus-progress": "%%%" });
    response.writeEarlyHints({ link });
    response.end(ok({ slug: "x" }));
  });
  progress.length = 0;
  expect(await call([url])).toEqual({ slug: "x" });
  expect(progress).toEqual([{ fraction: 0.25, message: "a quarter – done" }]);
});

test("a call carries context, declared inputs, configuration without nulls, and its headers", async () => {
  const seen: { request: IncomingMessage; body: Record<string, Record<string, unknown>> }[] = [];
  const url = await serve((request, body, response) => {
    seen.push({ request, body: body as Record<string, Record<string, unknown>> });
    response.end(ok({ slug: "x" }));
  });
  const file = { uri: "spot://f1", name: "a.txt" };
  const route = { config: { key: "secret" } };
  const inputs = { text: [file], undeclared: 1 };
  expect(await call([url], { inputs, config: { separator: "-", unset: null }, route })).toEqual({
    slug: "x",
  });
  const { request, body = {} } = seen[0] ?? {};
  expect(request?.url).toBe("/plugins/6f0a3c7e-0000-4000-8000-000000000001/nodes/Slug/execute");
  expect(request?.headers).toMatchObject({
    "x-api-key": "key",
    "x-noxus-files": "f1",
    "x-noxus-run": "run",
    "x-noxus-workspace": "workspace",
    "idempotency-key": "run%3An%201%3A1",
  });
  expect(Number(request?.headers["x-noxus-deadline-ms"])).toBeGreaterThan(200_000);
  expect(Object.keys(body.ctx ?? {})[0]).toBe("call_token");
  expect(body).toMatchObject({
    ctx: {
      plugin_config: { key: "secret" },
      integration_credentials: { mail: {}, a: {}, b: {} },
      group_id: "workspace",
    },
    inputs: { text: [file] },
    config: { separator: "-" },
  });
  expect(Object.keys(body.config ?? {})).toEqual(["separator"]);
});

test("a V2 node gets its inputs in the configuration", async () => {
  const url = await serve((_request, body, response) => response.end(ok({ slug: body as object })));
  const outputs = await call([url], { type: "SlugV2", inputs: { text: "x", more: null } });
  expect(outputs.slug).toMatchObject({ inputs: {}, config: { text: "x" } });
  expect(JSON.stringify(outputs)).not.toContain("more");
});

test.each([
  [400, { error: "Bad Request", detail: "the text is empty" }, "the text is empty"],
  [422, { detail: [{ loc: ["body", "config", "n"], msg: "not a number" }] }, "body.config.n: not a number"],
  [
    502,
    { error: "plugin_exited", detail: "The process ended (exit code 3)." },
    "The process ended (exit code 3).",
  ],
])("a %i answer becomes the node's failure in the plugin's own words", async (status, body, words) => {
  const url = await serve((_request, _body, response) =>
    fail(response, status, body, { "x-noxus-started": "perhaps" }),
  );
  await expect(call([url])).rejects.toMatchObject({
    code: "node_failed",
    message: words,
    data: { status, started: "perhaps" },
  });
});

test("secrets in a plugin's words are not shown", async () => {
  const url = await serve((_request, _body, response) =>
    fail(response, 400, { detail: "bad token tok-12345!" }),
  );
  const route = { secrets: ["tok-12345"] };
  await expect(call([url], { route })).rejects.toThrow("bad token [redacted]!");
});

test("another server is tried where the call certainly never began, and only there", async () => {
  let calls = 0;
  const busy = await serve((_request, _body, response) => {
    calls++;
    fail(
      response,
      503,
      { error: "plugin_busy", detail: "full" },
      { "x-noxus-started": "no", "retry-after": "1" },
    );
  });
  const good = await serve((_request, _body, response) => response.end(ok({ slug: "good" })));
  const dead = await serve(() => {});
  servers.pop()?.close();
  expect(await call([dead, busy, good])).toEqual({ slug: "good" });
  expect(calls).toBe(1);
  const broken = await serve((request) => request.socket.destroy());
  await expect(call([broken, good])).rejects.toThrow(/perhaps began/);
});

test("a busy plugin is waited for; a server that is away only for a while", async () => {
  let calls = 0;
  const url = await serve((_request, _body, response) => {
    if (++calls > 2) response.end(ok({ slug: "late" }));
    else
      fail(
        response,
        503,
        { error: "plugin_busy", detail: "full" },
        { "x-noxus-started": "no", "retry-after": "0.1" },
      );
  });
  expect(await call([url])).toEqual({ slug: "late" });
  await expect(call([])).rejects.toMatchObject({ code: "plugin_server_unavailable" });
});

test("an answer that is too large or not of the form fails the node; cancelling ends the call", async () => {
  const large = await serve((_request, _body, response) => response.end(ok({ slug: "x".repeat(20_000) })));
  await expect(call([large])).rejects.toThrow(/larger than the limit/);
  const odd = await serve((_request, _body, response) => response.end("<html>"));
  await expect(call([odd])).rejects.toMatchObject({ data: { code: "plugin_protocol_error" } });
  const closed = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const hanging = await serve((request, _body, _response) => {
    request.socket.once("close", () => closed.resolve());
    cancel.abort(new Error("cancelled"));
  });
  await expect(call([hanging], { signal: cancel.signal })).rejects.toThrow("cancelled");
  await closed.promise;
});
