import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseEnvironment, runCancelChannel } from "@noxus/contracts";
import { notify, runs, workflows } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import { generateKey } from "@noxus/service";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../fixtures/postgres.ts";
import { shiftWallClock } from "../../../fixtures/wall-clock.ts";
import { createWorkflowRuns, v1Edge, v1Node, type WorkflowRuns } from "../../../fixtures/workflow-runs.ts";
import { workerEnvironmentSchema } from "./environment.ts";
import { runWorker } from "./program.ts";

let db: TestDatabase;
let flows: WorkflowRuns;
let environment: Record<string, string>;
let site: Server;
let siteUrl: string;
/** Requests that the site has had, by path; `/hold…` is answered only when released. */
let seen: string[];
let release: () => void;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  flows = await createWorkflowRuns(db.database);
  environment = {
    DATABASE_URL: db.url,
    NOXUS_ENCRYPTION_KEY: generateKey(),
    NOXUS_HTTP_ALLOW_PRIVATE: "true",
    WORKER_LEASE_MS: "600",
    WORKER_DRAIN_MS: "50",
    LOG_LEVEL: "silent",
  };
  site = createServer(async (request, response) => {
    seen.push(request.url ?? "");
    if (request.url?.startsWith("/hold")) await held;
    if (request.url?.startsWith("/fail")) response.statusCode = 418;
    response.setHeader("content-type", "application/json").end(JSON.stringify({ path: request.url }));
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  newHold();
});
afterEach(async () => {
  release();
  for (const stop of stops.splice(0).reverse()) await stop();
  newHold();
});
afterAll(async () => {
  site?.closeAllConnections();
  site?.close();
  await db?.drop();
});

let held: Promise<void>;
function newHold(): void {
  seen = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  held = promise;
  release = resolve;
}

/** A worker in this process. */
async function startWorker(more: Record<string, string> = {}): Promise<() => Promise<void>> {
  const controller = new AbortController();
  const ready = Promise.withResolvers<void>();
  const values = parseEnvironment(workerEnvironmentSchema, { ...environment, ...more });
  const ended = runWorker(values, controller.signal, { onReady: ready.resolve });
  await Promise.race([ready.promise, ended]);
  const stop = () => {
    controller.abort();
    return ended;
  };
  stops.push(stop);
  return stop;
}

/** A worker as a process of its own. */
async function spawnWorker(): Promise<{ kill: (signal: NodeJS.Signals) => Promise<unknown> }> {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=noxus-source", main], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exit;
  };
  stops.push(() => kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  expect(JSON.parse(String(line))).toEqual({ ready: true });
  return { kill };
}

const http = (id: string, path: string) => v1Node(id, "HttpRequestNode", { url: `${siteUrl}${path}` });
const input = (label: string) => v1Node("in", "InputNode", { label });
const output = (id: string, label: string) => v1Node(id, "OutputNode", { label });

test("a workflow with built-in nodes runs to its output, with its events in order", async () => {
  await startWorker();
  const run = await flows.start(
    {
      nodes: [
        input("Name"),
        v1Node("text", "ComposeTextNode", { template: "Hello ((Who)), ((Nobody))" }),
        v1Node("json", "JsonQueryNode", { expression: "$uppercase($)" }),
        output("out", "Greeting"),
      ],
      edges: [
        v1Edge("in.output", "text.variables.Who"),
        v1Edge("text.output", "json.input"),
        v1Edge("json.output", "out.input"),
      ],
    },
    { Name: "Ada" },
  );
  expect(await flows.ended(run)).toMatchObject({
    status: "completed",
    output: { Greeting: "HELLO ADA, ((NOBODY))" },
    progress: 100,
    epoch: 1,
    leaseOwner: null,
  });
  const events = await flows.events(run);
  expect(events.map(({ type, data }) => [type, data.node_id, data.workflow_status])).toEqual([
    ["run.started", undefined, "running"],
    ["node.completed", "in", "running"],
    ["node.completed", "text", "running"],
    ["node.completed", "json", "running"],
    ["node.completed", "out", "running"],
    ["run.completed", undefined, "completed"],
  ]);
});

test("V2: references carry values, texts and whole lists; lists map over nodes that take single items", async () => {
  await startWorker();
  const run = await flows.start(
    {
      flow_version: "v2",
      nodes: [
        v1Node("names", "InputNodeV2", { label: "Names" }),
        v1Node("hello", "CombineTextV2", { template: "Hello :var[names.output]" }),
        { ...v1Node("each", "CombineTextV2"), variable_bindings: { template: "names.output" } },
        v1Node("out", "OutputNodeV2", {
          label: "All",
          value: { text: ":var[hello.output]", each: ":var[each.output]" },
        }),
      ],
      edges: [],
    },
    { Names: ["Ada", "Bob"] },
  );
  expect((await flows.ended(run)).output).toEqual({
    All: { text: 'Hello ["Ada","Bob"]', each: ["Ada", "Bob"] },
  });
});

test("branches overlap in time, and each branch's effect is journaled with inputs and outputs", async () => {
  await startWorker();
  const run = await flows.start({
    nodes: [http("a", "/hold/a"), http("b", "/hold/b"), output("oa", "A"), output("ob", "B")],
    edges: [v1Edge("a.body", "oa.input"), v1Edge("b.body", "ob.input")],
  });
  await flows.until(run, () => seen.length === 2);
  release();
  expect((await flows.ended(run)).output).toEqual({ A: { path: "/hold/a" }, B: { path: "/hold/b" } });
  const [a, b] = (await flows.journal(run)).filter(({ nodeId }) => nodeId === "a" || nodeId === "b");
  expect(a?.startedAt && b?.finishedAt && a.startedAt < b.finishedAt).toBe(true);
  expect(b?.startedAt && a?.finishedAt && b.startedAt < a.finishedAt).toBe(true);
  expect(a).toMatchObject({
    status: "completed",
    inputs: { url: `${siteUrl}/hold/a` },
    outputs: { status: 200 },
  });
});

test("a condition takes one branch; the other is skipped to its end", async () => {
  await startWorker();
  const flow = {
    nodes: [
      input("N"),
      v1Node("if", "ConditionNode", { operator: "greater_than", compare_to: 3 }),
      v1Node("big", "ComposeTextNode", { template: "((n)) is big" }),
      v1Node("small", "ComposeTextNode", { template: "((n)) is small" }),
      output("out", "Size"),
      output("only-big", "Big"),
    ],
    edges: [
      v1Edge("in.output", "if.value"),
      v1Edge("if.true", "big.variables.n"),
      v1Edge("if.false", "small.variables.n"),
      v1Edge("big.output", "out.input"),
      v1Edge("small.output", "out.input"),
      v1Edge("big.output", "only-big.input"),
    ],
  };
  const small = await flows.start(flow, { N: 2 });
  expect((await flows.ended(small)).output).toEqual({ Size: "2 is small" });
  const skipped = (await flows.journal(small)).filter(({ status }) => status === "skipped");
  expect(skipped.map(({ nodeId }) => nodeId).toSorted()).toEqual(["big", "only-big"]);
  const big = await flows.start(flow, { N: 7 });
  expect((await flows.ended(big)).output).toEqual({ Size: "7 is big", Big: "7 is big" });
});

test("a failing node fails the run and cancels what runs beside it, unless on_error leads somewhere", async () => {
  await startWorker();
  const failing = await flows.start({
    nodes: [http("bad", "/fail"), http("slow", "/hold"), output("o1", "A"), output("o2", "B")],
    edges: [v1Edge("bad.body", "o1.input"), v1Edge("slow.body", "o2.input")],
  });
  expect(await flows.ended(failing)).toMatchObject({
    status: "failed",
    error: { code: "node_failed", nodeId: "bad", message: expect.stringMatching(/Node "bad" failed.*418/) },
  });
  const slow = (await flows.journal(failing)).find(({ nodeId }) => nodeId === "slow");
  expect(slow?.status).toBe("stopped");
  const caught = await flows.start({
    nodes: [http("bad", "/fail"), output("body", "Body"), output("error", "Error")],
    edges: [v1Edge("bad.body", "body.input"), v1Edge("bad.on_error", "error.input")],
  });
  expect(await flows.ended(caught)).toMatchObject({
    status: "completed",
    output: { Error: { code: "node_failed", nodeId: "bad", data: { status: 418 } } },
  });
});

test("a node's policy decides what its failure means: a default, the error branch, or the run's end", async () => {
  await startWorker();
  const bad = (policy: object) =>
    v1Node("bad", "HttpRequestNode", { url: `${siteUrl}/fail`, __policy: { backoff: 0.01, ...policy } });
  const flow = (policy: object) => ({
    nodes: [bad(policy), output("body", "Body"), output("error", "Error")],
    edges: [v1Edge("bad.body", "body.input"), v1Edge("bad.on_error", "error.input")],
  });
  const fallback = await flows.start(flow({ retries: 1, on_error: "default", default: { body: "none" } }));
  expect(await flows.ended(fallback)).toMatchObject({ status: "completed", output: { Body: "none" } });
  expect(seen).toEqual(["/fail", "/fail"]);
  expect((await flows.events(fallback)).map(({ type }) => type)).toContain("node.retrying");
  const fail = await flows.start(flow({ on_error: "fail" }));
  expect(await flows.ended(fail)).toMatchObject({ status: "failed", error: { nodeId: "bad" } });
  const alone = await flows.start({ nodes: [bad({ on_error: "branch" })], edges: [] });
  expect((await flows.ended(alone)).status).toBe("completed");
  const v2 = { flow_version: "v2", nodes: [bad({ on_error: "default", default: { body: 1 } })], edges: [] };
  expect((await flows.ended(await flows.start(v2))).status).toBe("completed");
});

test("a sub-workflow that is tried again keeps what it has finished", async () => {
  await startWorker();
  const child = await flows.save({
    nodes: [http("once", "/once"), http("bad", "/fail")],
    edges: [v1Edge("once.status", "bad.body")],
  });
  const sub = v1Node("sub", "InvokeSubflowV2Node", {
    workflow_id: child,
    __policy: { retries: 2, backoff: 0.01 },
  });
  const run = await flows.ended(await flows.start({ flow_version: "v2", nodes: [sub], edges: [] }));
  expect(run.status).toBe("failed");
  expect(seen).toEqual(["/once", "/fail", "/fail", "/fail"]);
});

test("lists of different lengths, bad expressions and endless ones fail with what is wrong", async () => {
  await startWorker({ NOXUS_EXPRESSION_TIMEOUT_MS: "300" });
  const query = (expression: string) => ({
    nodes: [v1Node("q", "JsonQueryNode", { expression, input: {} }), output("out", "x")],
    edges: [v1Edge("q.output", "out.input")],
  });
  const lists = {
    nodes: [
      input("L"),
      v1Node("more", "InputNode", { label: "M" }),
      v1Node("c", "ComposeTextNode", { template: "((a))((b))" }),
    ],
    edges: [v1Edge("in.output", "c.variables.a"), v1Edge("more.output", "c.variables.b")],
  };
  const runs = await Promise.all([
    flows.start(query("1 +")),
    flows.start(query("( $f := function($n) { $f($n + 1) }; $f(1) )")),
    flows.start(lists, { L: [1, 2], M: [1, 2, 3, 4] }),
  ]);
  const [syntax, endless, lengths] = await Promise.all(runs.map((run) => flows.ended(run)));
  expect(syntax?.error).toMatchObject({ code: "expression_invalid", nodeId: "q" });
  expect(endless?.error).toMatchObject({
    code: "expression_invalid",
    message: expect.stringContaining("300 ms"),
  });
  expect(lengths?.error).toMatchObject({
    nodeId: "c",
    message: expect.stringMatching(/"a" has 2, "b" has 4/),
  });
});

test("requests to private addresses are refused by default, by number and by name", async () => {
  await startWorker({ NOXUS_HTTP_ALLOW_PRIVATE: "false" });
  const port = new URL(siteUrl).port;
  for (const url of [
    siteUrl,
    `http://localhost:${port}`,
    `http://[::1]:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
  ]) {
    const run = await flows.start({ nodes: [v1Node("http", "HttpRequestNode", { url })], edges: [] });
    expect((await flows.ended(run)).error?.message).toMatch(/private addresses are refused/);
  }
  expect(seen).toEqual([]);
});

test("a sub-workflow runs inside the run, journaled under its node; one that runs itself ends", async () => {
  await startWorker();
  const child = await flows.save({
    nodes: [
      input("Name"),
      v1Node("t", "ComposeTextNode", { template: "Dear ((n))" }),
      output("out", "Letter"),
    ],
    edges: [v1Edge("in.output", "t.variables.n"), v1Edge("t.output", "out.input")],
  });
  const run = await flows.start(
    {
      flow_version: "v2",
      nodes: [
        v1Node("who", "InputNodeV2", { label: "Who" }),
        v1Node("sub", "InvokeSubflowV2Node", {
          workflow_id: child,
          inputs: [{ key: "Name", value: ":var[who.output]" }],
        }),
        v1Node("out", "OutputNodeV2", { label: "Result", value: ":var[sub.Letter]" }),
      ],
      edges: [],
    },
    { Who: "Ada" },
  );
  expect((await flows.ended(run)).output).toEqual({ Result: "Dear Ada" });
  expect((await flows.journal(run)).map(({ nodeId }) => nodeId)).toContain("sub/t");

  const itself = await flows.save({});
  const sub = {
    flow_version: "v2",
    nodes: [v1Node("again", "InvokeSubflowV2Node", { workflow_id: itself })],
    edges: [],
  };
  await db.database.db.update(workflows).set({ definition: sub }).where(eq(workflows.id, itself));
  const endless = await flows.ended(await flows.start(sub));
  expect(endless).toMatchObject({
    status: "failed",
    error: { message: expect.stringContaining("runs itself") },
  });
});

test("cancel aborts the call under way and stops the run; what follows never starts", async () => {
  await startWorker();
  const run = await flows.start({
    nodes: [http("slow", "/hold"), output("out", "x")],
    edges: [v1Edge("slow.body", "out.input")],
  });
  await flows.until(run, () => seen.length === 1);
  await db.database.db.transaction(async (tx) => {
    await tx.update(runs).set({ cancelRequestedAt: new Date() }).where(eq(runs.id, run));
    await notify(tx, runCancelChannel, run);
  });
  expect(await flows.ended(run)).toMatchObject({ status: "stopped", error: null });
  expect((await flows.journal(run)).map(({ nodeId, status }) => [nodeId, status])).toEqual([
    ["slow", "stopped"],
  ]);
  expect((await flows.events(run)).at(-1)).toMatchObject({
    type: "run.stopped",
    data: { workflow_status: "stopped" },
  });
});

const twoSteps = (first: string, second: string) => ({
  nodes: [http("first", first), http("second", second), output("out", "x")],
  edges: [v1Edge("first.body", "second.body"), v1Edge("second.status", "out.input")],
});

test("after kill -9 of its worker another one finishes the run, and what was finished is not called again", async () => {
  const doomed = await spawnWorker();
  const run = await flows.start(twoSteps("/one", "/hold/two"));
  await flows.until(run, () => seen.length === 2);
  await doomed.kill("SIGKILL");
  await startWorker();
  await flows.until(run, () => seen.length === 3);
  release();
  expect(await flows.ended(run)).toMatchObject({ status: "completed", output: { x: 200 }, epoch: 2 });
  expect(seen).toEqual(["/one", "/hold/two", "/hold/two"]);
  const journal = await flows.journal(run);
  expect(journal.filter(({ nodeId }) => nodeId === "first")).toMatchObject([
    { attempt: 1, status: "completed", epoch: 1 },
  ]);
  expect(journal.filter(({ nodeId }) => nodeId === "second")).toMatchObject([
    { attempt: 1, status: "running" },
    { attempt: 2, status: "completed", epoch: 2 },
  ]);
  expect((await flows.events(run)).map(({ type }) => type)).toContain("run.resumed");
});

test.each([
  ["behind", -3_600_000],
  ["ahead of", 3_600_000],
])("a worker whose clock is an hour %s the database's keeps the time limits of runs", async (_, byMs) => {
  await startWorker();
  using _clock = shiftWallClock(byMs);
  const inTime = await flows.start(twoSteps("/one", "/two"), {}, { timeoutSeconds: 60 });
  expect(await flows.ended(inTime)).toMatchObject({ status: "completed" });
  const late = await flows.start(twoSteps("/one", "/hold/two"), {}, { timeoutSeconds: 0.5 });
  expect(await flows.ended(late)).toMatchObject({
    status: "failed",
    error: { code: "run_deadline_exceeded" },
  });
});

test("a worker that stops hands its runs over at once", async () => {
  const stop = await startWorker({ WORKER_LEASE_MS: "60000" });
  const run = await flows.start(twoSteps("/one", "/hold/two"));
  await flows.until(run, () => seen.length === 2);
  await stop();
  await startWorker({ WORKER_LEASE_MS: "60000" });
  await flows.until(run, () => seen.length === 3);
  release();
  expect(await flows.ended(run)).toMatchObject({ status: "completed", epoch: 2 });
});

test("a worker whose lease was taken writes nothing any more", async () => {
  await startWorker({ WORKER_LEASE_MS: "60000" });
  const run = await flows.start(twoSteps("/one", "/hold/two"));
  await flows.until(run, () => seen.length === 2);
  const before = await flows.journal(run);
  const other = { leaseOwner: "other", epoch: 2, leaseUntil: new Date(Date.now() + 60_000) };
  await db.database.db.update(runs).set(other).where(eq(runs.id, run));
  release();
  const probe = await flows.start(twoSteps("/after", "/after"));
  await flows.ended(probe);
  expect(await flows.journal(run)).toEqual(before);
  await db.database.db.delete(runs).where(eq(runs.id, run));
});
