import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ErrorBody, parseEnvironment, type Run } from "@noxus/contracts";
import { workspaces } from "@noxus/database";
import {
  createHttpServer,
  createKeyring,
  createLogger,
  generateKey,
  type HttpServer,
  listen,
} from "@noxus/service";
import { runWorker, workerEnvironmentSchema } from "@noxus/worker";
import { createRegistry } from "@noxus/workflow";
import { createParser } from "eventsource-parser";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../fixtures/postgres.ts";
import { createWorkflowRuns, v1Edge, v1Node, type WorkflowRuns } from "../fixtures/workflow-runs.ts";
import type { PlatformDependencies } from "../packages/platform/src/http/dependencies.ts";
import { registerRunRoutes } from "../packages/platform/src/runs/routes.ts";
import { registerWorkflowRoutes } from "../packages/platform/src/workflows/routes.ts";

let db: TestDatabase;
let flows: WorkflowRuns;
let server: HttpServer;
let url: string;
let workspaceId: string;
let site: Server;
let siteUrl: string;
const stopping = new AbortController();
let worker: Promise<void>;

beforeAll(async () => {
  db = await createTestDatabase();
  flows = await createWorkflowRuns(db.database);
  workspaceId = flows.workspaceId;
  const encryption = generateKey();
  const logger = createLogger({ program: "test", level: "silent" });
  server = await createHttpServer({ title: "Test", version: "1.0.0", logger });
  server.addHook("onRequest", async (request) => {
    const access = {
      workspaceId: String(request.headers["x-workspace"] ?? workspaceId),
      keyId: crypto.randomUUID(),
    };
    request.access = { ...access, keyName: "test", keyPrefix: "test", tenantAdmin: false };
  });
  const registry = createRegistry([]);
  const dependencies = {
    database: db.database,
    keyring: createKeyring(encryption),
    registry: async () => registry,
    logger,
    signal: stopping.signal,
  } as unknown as PlatformDependencies;
  registerWorkflowRoutes(server, dependencies);
  registerRunRoutes(server, dependencies);
  ({ url } = await listen(server, { host: "127.0.0.1", port: 0 }));
  const environment = {
    DATABASE_URL: db.url,
    NOXUS_ENCRYPTION_KEY: encryption,
    NOXUS_HTTP_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "silent",
  };
  const ready = Promise.withResolvers<void>();
  worker = runWorker(parseEnvironment(workerEnvironmentSchema, environment), stopping.signal, {
    onReady: ready.resolve,
  });
  await Promise.race([ready.promise, worker]);
  site = createServer((request, response) => {
    if (request.url === "/callback") request.pipe(response);
    if (request.method === "POST") request.on("data", (chunk) => site.emit("posted", String(chunk)));
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  stopping.abort();
  await worker;
  site?.closeAllConnections();
  site?.close();
  await server?.close();
  await db?.drop();
});

interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

async function call<T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json");
  return { status: answer.status, body: (isJson ? JSON.parse(text) : text) as T, headers: answer.headers };
}

const greeting = {
  nodes: [
    v1Node("in", "InputNode", { label: "Name" }),
    v1Node("text", "ComposeTextNode", { template: "Hello ((Who))" }),
    v1Node("out", "OutputNode", { label: "Greeting" }),
  ],
  edges: [v1Edge("in.output", "text.variables.Who"), v1Edge("text.output", "out.input")],
};
const holding = {
  nodes: [
    v1Node("wait", "HttpRequestNode", { url: "set below" }),
    v1Node("out", "OutputNode", { label: "x" }),
  ],
  edges: [v1Edge("wait.status", "out.input")],
};
let workflow: string;
let heldWorkflow: string;

beforeEach(async () => {
  workflow = (await call<{ id: string }>("POST", "/v1/workflows", { name: "Greeting", definition: greeting }))
    .body.id;
  const nodes = [v1Node("wait", "HttpRequestNode", { url: `${siteUrl}/hold` }), ...holding.nodes.slice(1)];
  const held = { name: "Held", definition: { ...holding, nodes } };
  heldWorkflow = (await call<{ id: string }>("POST", "/v1/workflows", held)).body.id;
});

/** The events of a run's stream, to its end. */
async function follow(runId: string, query = "", headers: Record<string, string> = {}) {
  const events: { type: string; data: Record<string, unknown>; redisId: string; id: string | undefined }[] =
    [];
  const answer = await fetch(`${url}/v1/runs/${runId}/events${query}`, { headers });
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      expect(event).toBe("message");
      events.push({ ...JSON.parse(data), id });
    },
  });
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(chunk);
  return events;
}

test("a workflow is saved as it was sent, listed, changed with its ETag and deleted", async () => {
  const extra = { name: "Mine", error_handler: "abc", definition: { ...greeting, flow_version: "v1" } };
  const saved = await call<{ id: string }>("POST", "/v1/workflows", extra);
  const path = `/v1/workflows/${saved.body.id}`;
  expect(saved.body).toMatchObject({ ...extra, type: "flow", group_id: workspaceId, flow_version: "v1" });
  const listed = await call<{ items: { id: string }[] }>(
    "GET",
    "/v1/workflows?page=1&page_size=2&size=2&type=flow",
  );
  expect(listed.body).toMatchObject({ page: 1, size: 2, total: expect.any(Number) });
  expect(listed.body.items.map(({ id }) => id)).toContain(saved.body.id);
  const etag = saved.headers.get("etag") ?? "";
  const changed = await call("PATCH", `${path}?force=False`, { name: "Yours" }, { "if-match": etag });
  expect(changed.body).toMatchObject({ name: "Yours", error_handler: "abc", definition: extra.definition });
  expect((await call("PATCH", path, { name: "Lost" }, { "if-match": etag })).status).toBe(412);
  expect((await call("DELETE", path)).status).toBe(200);
  expect((await call("GET", path)).status).toBe(404);
});

test("versions are a bare list; a run may be started with one", async () => {
  const path = `/v1/workflows/${workflow}/versions`;
  const old = {
    ...greeting,
    nodes: greeting.nodes.with(1, v1Node("text", "ComposeTextNode", { template: "Old ((Who))" })),
  };
  const version = await call<{ id: string }>("POST", path, {
    name: "one",
    description: null,
    definition: old,
  });
  await call("PATCH", `${path}/${version.body.id}`, { name: "first", description: "d", definition: old });
  expect((await call("GET", path)).body).toEqual([
    expect.objectContaining({ id: version.body.id, name: "first", description: "d", definition: old }),
  ]);
  const body = { input: { Name: "Ada" }, workflow_version_id: version.body.id };
  const run = await call("POST", `/v1/workflows/${workflow}/runs/sync?output_only=True`, body);
  expect(run.body).toEqual({ Greeting: "Old Ada" });
});

test("drafts are saved, what is broken in itself is not; validate tells everything", async () => {
  const draft = { name: "Draft", definition: { nodes: [v1Node("a", "NotYetInstalled")], edges: [] } };
  expect((await call("POST", "/v1/workflows", draft)).status).toBe(200);
  const cycle = {
    nodes: [v1Node("a", "ComposeTextNode", { template: "" })],
    edges: [v1Edge("a.output", "a.variables.x")],
  };
  const refused = await call<ErrorBody>("POST", "/v1/workflows", { name: "Cycle", definition: cycle });
  expect([refused.status, refused.body.error]).toEqual([422, "workflow_cycle"]);
  expect((await call("POST", "/v1/workflows?force=true", { name: "Cycle", definition: cycle })).status).toBe(
    200,
  );
  const checked = await call("POST", "/v1/workflows/validate", draft);
  expect(checked.body).toMatchObject({
    valid: false,
    problems: [{ code: "workflow_node_unknown", path: "nodes[0].type" }],
  });
});

test("an exported workflow is imported with the workflows that it runs", async () => {
  const outer = {
    flow_version: "v2",
    nodes: [
      v1Node("sub", "InvokeSubflowV2Node", { workflow_id: workflow, inputs: { Name: "Bob" } }),
      v1Node("out", "OutputNodeV2", { label: "x", value: ":var[sub.Greeting]" }),
    ],
    edges: [],
  };
  const { body } = await call<{ id: string }>("POST", "/v1/workflows", { name: "Outer", definition: outer });
  for (const version of ["auto", "v4"]) {
    const { body: bundle } = await call<string>("POST", `/v1/workflows/${body.id}/export?version=${version}`);
    const imported = await call<{ id: string; name: string }[]>(
      "POST",
      "/v1/workflows/import?mode=clone&dry_run=False",
      { definition: bundle, version },
    );
    expect(imported.body.map(({ name }) => name)).toEqual(["Outer", "Greeting"]);
    await call("DELETE", `/v1/workflows/${imported.body[1]?.id}`);
    const run = await call<ErrorBody>("POST", `/v1/workflows/${imported.body[0]?.id}/runs/sync`, {
      input: {},
    });
    expect(run.body).toMatchObject({ status: "failed", error: { code: "not_found" } });
  }
  const broken = await call<ErrorBody>("POST", "/v1/workflows/import", { definition: "bm90aGluZw==" });
  expect([broken.status, broken.body.error]).toEqual([400, "invalid_request"]);
});

test("a run is started, followed to its end, resumed from an event, and read with its nodes", async () => {
  const started = await call<Run>("POST", `/v1/workflows/${workflow}/runs`, { input: { Name: "Ada" } });
  expect(started.body).toMatchObject({
    status: "queued",
    progress: 0,
    workflow_id: workflow,
    input: { Name: "Ada" },
  });
  const { id } = started.body;
  const events = await follow(id);
  expect(events.map(({ type }) => type)).toEqual([
    "run.queued",
    "run.started",
    ...Array(3).fill("node.completed"),
    "run.completed",
  ]);
  expect(events.at(-1)?.data).toMatchObject({ workflow_status: "completed", progress: 100 });
  const third = events[2]?.redisId ?? "";
  expect(await follow(id, `?etag=${third}`)).toEqual(events.slice(3));
  expect(await follow(id, "", { "last-event-id": third })).toEqual(events.slice(3));
  expect(await follow(id, `?etag=${events.at(-1)?.redisId}`)).toEqual([]);
  for (const path of [
    `/v1/workflows/${workflow}/runs/${id}`,
    `/v1/workflows/${workflow}/run/${id}`,
    `/v1/runs/${id}`,
  ])
    expect((await call<Run>("GET", path)).body).toMatchObject({
      id,
      status: "completed",
      output: { Greeting: "Hello Ada" },
    });
  const data = await call<{ nodes: { node_id: string }[] }>(
    "GET",
    `/v1/runs/${id}/data?fetch_structured_data=True`,
  );
  expect(data.body.nodes.map(({ node_id }) => node_id).toSorted()).toEqual(["in", "out", "text"]);
  expect((await call("GET", `/v1/runs/${id}/io/text?it=0`)).body).toMatchObject({
    inputs: { variables: { Who: "Ada" } },
    outputs: { output: "Hello Ada" },
    iterations: 1,
  });
  expect((await call("GET", `/v1/runs/${id}/io/nope`)).status).toBe(404);
});

test("each item of a list is read by its iteration", async () => {
  const { body } = await call<Run>("POST", `/v1/workflows/${workflow}/runs/sync`, {
    input: { Name: ["Ada", "Bob"] },
  });
  expect(body.output).toEqual({ Greeting: ["Hello Ada", "Hello Bob"] });
});

test("missing and unknown inputs are refused before anything is queued", async () => {
  const refused = await call<ErrorBody>("POST", `/v1/workflows/${workflow}/runs`, { input: { Nmae: "Ada" } });
  expect(refused.status).toBe(422);
  expect(refused.body.fields?.map(({ path }) => path)).toEqual(["input.Nmae", "input.Name"]);
  const missing = await call<ErrorBody>("POST", `/v1/workflows/${workflow}/runs`, { input: {} });
  expect(missing.body.error).toBe("workflow_input_missing");
  expect((await call<{ total: number }>("GET", `/v1/workflows/${workflow}/runs`)).body.total).toBe(0);
});

test("stop ends a run under way and its stream; a run that has ended cannot be stopped", async () => {
  const { body: run } = await call<Run>("POST", `/v1/workflows/${heldWorkflow}/runs`, { input: {} });
  await flows.until(run.id, (nodes) => nodes.some(({ status }) => status === "running"));
  const events = follow(run.id);
  const stopped = await call<Run>("POST", `/v1/runs/${run.id}/stop`);
  expect(stopped.body.status).toBe("stopped");
  expect((await events).at(-1)).toMatchObject({ type: "run.stopped", data: { workflow_status: "stopped" } });
  const again = await call<ErrorBody>("POST", `/v1/runs/${run.id}/stop`);
  expect([again.status, again.body.error]).toEqual([409, "run_not_cancellable"]);
});

test("runs are listed, searched and deleted; one under way is left", async () => {
  const { body: done } = await call<Run>("POST", `/v1/workflows/${workflow}/runs/sync`, {
    input: { Name: "50%_Zoë" },
  });
  const { body: held } = await call<Run>("POST", `/v1/workflows/${heldWorkflow}/runs`, { input: {} });
  const search = (query: string, more = {}) =>
    call<{ items: Run[] }>("POST", "/v1/runs/search", { query, ...more });
  expect((await search("50%_Z")).body.items.map(({ id }) => id)).toEqual([done.id]);
  expect((await search("50__Z")).body.items).toEqual([]);
  expect((await search("Zoë Hello", { exact: false, search_in: ["output"] })).body.items).toHaveLength(1);
  const listed = await call<{ items: Run[] }>(
    "GET",
    `/v1/runs?workflow_id=${workflow}&status=completed&size=5`,
  );
  expect(listed.body.items.map(({ id }) => id)).toEqual([done.id]);
  const counted = await call("POST", "/v1/runs/bulk/delete", {
    filters: { workflow_id: workflow },
    expected_count: 2,
    dry_run: true,
  });
  expect(counted.status).toBe(409);
  const deleted = await call("POST", "/v1/runs/bulk/delete", { run_ids: [done.id, held.id], dry_run: false });
  expect(deleted.body).toMatchObject({
    succeeded: 1,
    failed: 1,
    matched: 1,
    errors: { [held.id]: expect.any(String) },
  });
  expect((await call("DELETE", `/v1/workflows/${heldWorkflow}`)).status).toBe(409);
  await call("POST", `/v1/runs/${held.id}/stop`);
  expect((await call("DELETE", `/v1/runs/${held.id}`)).body).toMatchObject({ succeeded: 1, failed: 0 });
  expect((await call("GET", `/v1/runs/${held.id}`)).status).toBe(404);
});

test("runs are listed by the time of their start and by the beginning of their id, and say who started them", async () => {
  const { body: run } = await call<Run>("POST", `/v1/workflows/${workflow}/runs/sync`, {
    input: { Name: "Zoë" },
  });
  expect(run.started_by).toEqual({ kind: "key", name: "test" });
  const listed = async (query: string) => {
    const { body } = await call<{ items: Run[]; total: number }>("GET", `/v1/runs?size=50&${query}`);
    return { ids: body.items.map(({ id }) => id), total: body.total };
  };
  const created = Date.parse(run.created_at);
  const [before, after] = [new Date(created - 1).toISOString(), new Date(created + 1).toISOString()];
  expect((await listed(`since=${before}&until=${after}`)).ids).toContain(run.id);
  expect((await listed(`since=${after}&workflow_id=${workflow}`)).ids).toEqual([]);
  expect((await listed(`until=${before}&workflow_id=${workflow}`)).ids).toEqual([]);
  for (const beginning of [run.id, run.id.slice(0, 13), run.id.slice(0, 20).toUpperCase()])
    expect(await listed(`run_id=${beginning}`)).toEqual({ ids: [run.id], total: 1 });
  expect((await listed(`run_id=${run.id}&status=failed`)).ids).toEqual([]);
  expect((await call<ErrorBody>("GET", "/v1/runs?run_id=100%25")).body.fields?.[0]?.message).toMatch(
    /hexadecimal digits/,
  );
  const { body: summary } = await call<{ items: object[] }>("GET", `/v1/runs?run_id=${run.id}&view=summary`);
  const { id, status, created_at, started_by, finished_at } = run;
  const told = {
    id,
    status,
    created_at,
    started_by,
    finished_at,
    workflow_name: "Greeting",
    tried_node: null,
  };
  expect(summary).toMatchObject({ items: [told], total: 1 });
  expect(summary.items[0]).not.toHaveProperty("output");
  const { body: again } = await call<Run>("POST", `/v1/runs/${run.id}/replay`, {});
  expect(again.started_by).toEqual({ kind: "key", name: "test" });
});

test("another workspace sees nothing of all this", async () => {
  const { body: run } = await call<Run>("POST", `/v1/workflows/${workflow}/runs/sync`, {
    input: { Name: "Ada" },
  });
  const [other] = await db.database.db.insert(workspaces).values({ name: "other" }).returning();
  const as = { "x-workspace": other?.id ?? "" };
  for (const path of [
    `/v1/workflows/${workflow}`,
    `/v1/runs/${run.id}`,
    `/v1/runs/${run.id}/data`,
    `/v1/runs/${run.id}/events`,
    `/v1/workflows/${workflow}/versions`,
  ])
    expect((await call("GET", path, undefined, as)).status, path).toBe(404);
  expect((await call<{ total: number }>("GET", "/v1/runs", undefined, as)).body.total).toBe(0);
  expect((await call("POST", `/v1/workflows/${workflow}/runs`, { input: { Name: "x" } }, as)).status).toBe(
    404,
  );
});

test("the callback is told how the run ended", async () => {
  const posted = once(site, "posted");
  const body = { input: { Name: "Ada" }, callback_url: `${siteUrl}/callback` };
  const { body: run } = await call<Run>("POST", `/v1/workflows/${workflow}/runs`, body);
  const [text] = await posted;
  expect(JSON.parse(text)).toMatchObject({
    id: run.id,
    status: "completed",
    output: { Greeting: "Hello Ada" },
  });
});

test("text that PostgreSQL cannot hold does not fail a request", async () => {
  const { status, body } = await call<Run>("POST", `/v1/workflows/${workflow}/runs/sync`, {
    input: { Name: "a\u0000b\uD800" },
  });
  expect([status, body.output]).toEqual([200, { Greeting: "Hello a\uFFFDb\uFFFD" }]);
});
