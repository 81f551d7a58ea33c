import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type ErrorBody, endedStatuses, type Run, type RunStatus } from "@noxus/contracts";
import { generateKey } from "@noxus/service";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../fixtures/platform.ts";
import { startWorkerProcess, type WorkerProcess } from "../fixtures/worker-process.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

let platform: TestPlatform;
let site: Server;
let siteUrl: string;
let workerEnvironment: Record<string, string>;
let worker: WorkerProcess;
/** Requests that the site has had, by path; `/hold…` is answered only when released. */
let seen: string[] = [];
let release = () => {};
let held = Promise.resolve();
/** Requests whose caller went away before the answer. */
let dropped: string[] = [];

beforeAll(async () => {
  const encryption = generateKey();
  platform = await startTestPlatform({ NOXUS_ENCRYPTION_KEY: encryption });
  workerEnvironment = {
    DATABASE_URL: platform.databaseUrl,
    NOXUS_ENCRYPTION_KEY: encryption,
    NOXUS_HTTP_ALLOW_PRIVATE: "true",
    WORKER_LARGE_OUTPUT_LENGTH: "400000",
  };
  site = createServer(async (request, response) => {
    const path = request.url ?? "";
    seen.push(path);
    response.on("close", () => response.writableEnded || dropped.push(path));
    if (path.startsWith("/hold")) await held;
    if (path.startsWith("/fail")) response.statusCode = 500;
    response.setHeader("content-type", "application/json").end(JSON.stringify({ path }));
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  worker = await startWorkerProcess(workerEnvironment);
});
beforeEach(() => {
  const hold = Promise.withResolvers<void>();
  [seen, dropped, held, release] = [[], [], hold.promise, hold.resolve];
});
afterEach(() => release());
afterAll(async () => {
  await worker?.kill("SIGKILL");
  site?.closeAllConnections();
  site?.close();
  await platform?.stop();
});

async function restartWorker(): Promise<void> {
  await worker.kill("SIGKILL");
  worker = await startWorkerProcess(workerEnvironment);
}

async function save(definition: object): Promise<string> {
  return (await platform.json<{ id: string }>("/v1/workflows", { body: { name: "Controlled", definition } }))
    .id;
}

async function start(definition: object, body: object = {}): Promise<Run> {
  return platform.json<Run>(`/v1/workflows/${await save(definition)}/runs`, { body });
}

const read = (id: string) =>
  platform.json<Run & { pause_requested: boolean; wake_at: string }>(`/v1/runs/${id}`);
const post = (path: string, body: object = {}) => platform.json<Run>(path, { body });

async function untilStatus(id: string, ...wanted: RunStatus[]) {
  for (const deadline = Date.now() + 20_000; ; await wait(10)) {
    const run = await read(id);
    if (wanted.includes(run.status)) return run;
    if (Date.now() > deadline || endedStatuses.includes(run.status))
      throw new Error(`Wanted ${wanted.join(" or ")}: ${JSON.stringify(run)}`);
  }
}
const untilEnded = (id: string) => untilStatus(id, ...endedStatuses);

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await wait(5))
    if (Date.now() > deadline) throw new Error(`Not within 20 s; seen ${seen.join(" ")}`);
}

interface NodeRun {
  node_id: string;
  item: number | string | null;
  status: string;
  attempt: number;
  outputs: Record<string, unknown>;
  reused: boolean;
}
const nodesOf = async (id: string) =>
  (await platform.json<{ nodes: NodeRun[] }>(`/v1/runs/${id}/data`)).nodes;

/** The run's events, to its end; each as its type and the node that it tells of. */
async function eventsOf(id: string): Promise<string[]> {
  const text = await (await platform.send(`/v1/runs/${id}/events?until=end`)).text();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
  return events.map(({ type, data }) => (data.node_id ? `${type} ${data.node_id}` : type));
}

const http = (id: string, path: string, more: object = {}) =>
  v1Node(id, "HttpRequestNode", { url: `${siteUrl}${path}`, ...more });
const output = (id: string, label: string) => v1Node(id, "OutputNode", { label });
const input = v1Node("in", "InputNode", { label: "Name" });

/** a → b → out, each of the first two seen by the site. */
const chain = (second = "/b") => ({
  nodes: [http("a", "/a"), http("b", second), output("out", "Body")],
  edges: [v1Edge("a.body", "b.body"), v1Edge("b.body", "out.input")],
});

test("a run that takes longer than its timeout fails with it, and what is under way is told at once", async () => {
  const { id } = await start(chain("/hold"), { timeout_seconds: 0.5 });
  expect(await untilEnded(id)).toMatchObject({
    status: "failed",
    error: { code: "run_deadline_exceeded", message: expect.stringContaining("timeout_seconds") },
  });
  // On a busy machine the time may be up before the call.
  await until(() => dropped.includes("/hold") || !seen.includes("/hold"));
  const refused = await platform.send(`/v1/workflows/${await save(chain())}/runs`, {
    body: { timeout_seconds: -1 },
  });
  expect(refused.status).toBe(400);
});

test("the time of a run that waits or is paused goes on, and nobody has to hold it for that", async () => {
  const delayed = { nodes: [v1Node("d", "DelayNode", { seconds: 3600 })], edges: [] };
  const waiting = await start(delayed, { timeout_seconds: 1 });
  const paused = await start(delayed, { timeout_seconds: 1 });
  await post(`/v1/runs/${paused.id}/pause`);
  for (const { id } of [waiting, paused])
    expect((await untilEnded(id)).error).toMatchObject({ code: "run_deadline_exceeded" });
  expect((await nodesOf(waiting.id)).map(({ status }) => status)).toEqual(["stopped"]);
});

test("a paused run ends what is under way, holds no worker, survives one's death, and goes on where it was", async () => {
  const flow = chain("/hold");
  const { id } = await start({
    nodes: [...flow.nodes, http("c", "/c"), http("d", "/d")],
    edges: [...flow.edges, v1Edge("b.body", "c.body"), v1Edge("c.body", "d.body")],
  });
  await until(() => seen.includes("/hold"));
  expect(await post(`/v1/runs/${id}/pause`)).toMatchObject({ status: "running", pause_requested: true });
  release();
  await untilStatus(id, "paused");
  // Whoever asks is not told when the worker has heard of it: it sees it with what it writes next, at the latest.
  expect((await nodesOf(id)).every(({ node_id, status }) => node_id !== "d" && status === "completed")).toBe(
    true,
  );
  await restartWorker();
  expect((await read(id)).status).toBe("paused");
  await post(`/v1/runs/${id}/resume`);
  expect(await untilEnded(id)).toMatchObject({ status: "completed", output: { Body: { path: "/hold" } } });
  expect(seen).toEqual(["/a", "/hold", "/c", "/d"]);
  const events = await eventsOf(id);
  expect(events.filter((event) => event.startsWith("node")).toSorted()).toEqual(
    ["a", "b", "c", "d", "out"].map((node) => `node.completed ${node}`),
  );
  expect(events.filter((event) => event.startsWith("run"))).toEqual([
    ...["run.queued", "run.started", "run.paused", "run.queued", "run.resumed", "run.completed"],
  ]);
});

test("pausing what has ended and resuming what is not paused is refused; a paused run can be stopped", async () => {
  const { id } = await start(chain());
  await untilEnded(id);
  for (const word of ["pause", "resume"]) {
    const refused = await platform.send(`/v1/runs/${id}/${word}`, { method: "POST" });
    expect([refused.status, ((await refused.json()) as ErrorBody).error]).toEqual([409, "run_not_pausable"]);
  }
  const delayed = await start({ nodes: [v1Node("d", "DelayNode", { seconds: 60 })], edges: [] });
  await untilStatus(delayed.id, "waiting");
  await post(`/v1/runs/${delayed.id}/pause`);
  expect(await post(`/v1/runs/${delayed.id}/stop`)).toMatchObject({ status: "stopped" });
  expect((await nodesOf(delayed.id))[0]?.status).toBe("stopped");
});

test("a long delay holds no worker, and is over when it was to be, whoever has died meanwhile", async () => {
  const { id } = await start({
    nodes: [http("a", "/a"), v1Node("d", "DelayNode", { seconds: 5.5 }), output("out", "Body")],
    edges: [v1Edge("a.body", "d.input"), v1Edge("d.output", "out.input")],
  });
  const { wake_at } = await untilStatus(id, "waiting");
  await restartWorker();
  const run = await untilStatus(id, "completed", "queued", "running").then(() => untilEnded(id));
  expect(run.output).toEqual({ Body: { path: "/a" } });
  expect(Date.parse(run.finished_at ?? "")).toBeGreaterThanOrEqual(Date.parse(wake_at));
  expect(seen).toEqual(["/a"]);
  expect((await nodesOf(id)).find(({ node_id }) => node_id === "d")).toMatchObject({ attempt: 1 });
});

test("stopping a run reaches the call under way at once", async () => {
  const { id } = await start(chain("/hold"));
  await until(() => seen.includes("/hold"));
  await post(`/v1/runs/${id}/stop`);
  // The answer comes when the run has ended, and that is when its calls have been told.
  await until(() => dropped.includes("/hold"));
  expect(await eventsOf(id)).toEqual([...["run.queued", "run.started", "node.completed a", "run.stopped"]]);
});

const approval = (more: object = {}) => ({
  nodes: [
    http("a", "/a"),
    v1Node("ask", "ApprovalNode", { question: "Send it?", ...more }),
    ...[output("yes", "Yes"), output("no", "No"), output("late", "Late"), output("who", "Who")],
  ],
  edges: [
    ...[
      v1Edge("a.body", "ask.value"),
      v1Edge("ask.approved", "yes.input"),
      v1Edge("ask.rejected", "no.input"),
    ],
    ...[v1Edge("ask.on_error", "late.input"), v1Edge("ask.decided_by", "who.input")],
  ],
});

test("an approval waits without a worker; approving goes on along its branch, with the value and who it was", async () => {
  const { id } = await start(approval());
  await untilStatus(id, "awaiting_human_feedback");
  const { items } = await platform.json<{ items: object[] }>(`/v1/runs/${id}/waits`);
  expect(items).toMatchObject([
    {
      node_id: "ask",
      kind: "approval",
      question: "Send it?",
      until: null,
      inputs: { value: { path: "/a" } },
    },
  ]);
  const open = () => platform.json<{ items: object[] }>("/v1/waits?kind=approval");
  expect((await open()).items).toMatchObject([{ run_id: id, node_id: "ask", question: "Send it?" }]);
  expect((await platform.json<{ items: object[] }>("/v1/waits?kind=webhook")).items).toEqual([]);
  await restartWorker();
  await post(`/v1/runs/${id}/nodes/ask/approve`, { comment: "fine" });
  expect((await open()).items).toEqual([]);
  const run = await untilEnded(id);
  expect(run.output).toEqual({ Yes: { path: "/a" }, Who: expect.any(String) });
  expect(seen).toEqual(["/a"]);
  const again = await platform.send(`/v1/runs/${id}/nodes/ask/reject`, { body: {} });
  expect([again.status, await again.json()]).toMatchObject([409, { error: "wait_not_open" }]);
  const events = await eventsOf(id);
  expect(events.slice(0, 8)).toEqual([
    ...["run.queued", "run.started", "node.completed a", "node.waiting ask", "run.waiting", "run.queued"],
    ...["run.resumed", "node.completed ask"],
  ]);
  expect(events.slice(8).toSorted()).toEqual([
    ...["node.completed who", "node.completed yes", "node.skipped late", "node.skipped no", "run.completed"],
  ]);
});

test("a start that waits for the output answers where a person is asked, and so does the published client's stream", async () => {
  const path = `/v1/workflows/${await save(approval())}/runs/sync`;
  const run = await post(path);
  expect(run.status).toBe("awaiting_human_feedback");
  const refused = await platform.send(`${path}?output_only=true`, { body: {} });
  expect(await refused.json()).toMatchObject({ error: "unavailable", data: { run_id: expect.any(String) } });
  const stream = await (await platform.send(`/v1/runs/${run.id}/events`)).text();
  expect(stream).toContain("run.waiting");
});

test("rejecting takes the other branch, and a decision that nobody makes in time goes to on_error", async () => {
  const rejected = await start(approval());
  const late = await start(approval({ timeout_seconds: 0.3 }));
  await untilStatus(rejected.id, "awaiting_human_feedback");
  await post(`/v1/runs/${rejected.id}/nodes/ask/reject`, { comment: "no" });
  expect((await untilEnded(rejected.id)).output).toMatchObject({ No: { path: "/a" } });
  expect((await untilEnded(late.id)).output).toMatchObject({ Late: { code: "wait_expired" } });
});

test("while another branch works, a decision is acted on at once by the worker that has the run", async () => {
  const { id } = await start({
    nodes: [http("slow", "/hold"), v1Node("ask", "ApprovalNode"), http("after", "/after")],
    edges: [v1Edge("ask.approved", "after.body")],
  });
  await until(() => seen.includes("/hold"));
  await untilWaits(id);
  await post(`/v1/runs/${id}/nodes/ask/approve`);
  await until(() => seen.includes("/after"));
  release();
  expect(await untilEnded(id)).toMatchObject({ status: "completed" });
});

async function untilWaits(id: string): Promise<{ url?: string; item: string | null }[]> {
  for (const deadline = Date.now() + 20_000; ; await wait(10)) {
    const { items } = await platform.json<{ items: { url?: string; item: string | null }[] }>(
      `/v1/runs/${id}/waits`,
    );
    if (items.length > 0) return items;
    if (Date.now() > deadline) throw new Error("Nothing waits.");
  }
}

test("a webhook's address needs no key, works once, and cannot be made by others; the body is the output", async () => {
  const { id } = await start({
    nodes: [v1Node("hook", "WebhookWaitNode"), output("out", "Body")],
    edges: [v1Edge("hook.body", "out.input")],
  });
  await untilStatus(id, "waiting");
  const [{ url = "" } = {}] = await untilWaits(id);
  expect(url).toMatch(/^http:\/\/127[^/]+\/v1\/waits\?token=[\w.-]+$/);
  const path = url.slice(platform.url.length);
  const body = { paid: true };
  const forged = await platform.send(`${path.slice(0, -4)}AAAA`, { body, key: "" });
  expect([forged.status, ((await forged.json()) as ErrorBody).error]).toEqual([401, "unauthorized"]);
  expect((await platform.send(path, { body, key: "" })).status).toBe(202);
  expect((await platform.send(path, { body, key: "" })).status).toBe(409);
  expect((await untilEnded(id)).output).toEqual({ Body: { paid: true } });
});

test("a stopped run's waits are over", async () => {
  const { id } = await start(approval());
  await untilStatus(id, "awaiting_human_feedback");
  await post(`/v1/runs/${id}/stop`);
  const refused = await platform.send(`/v1/runs/${id}/nodes/ask/approve`, { body: {} });
  expect(await refused.json()).toMatchObject({
    error: "wait_not_open",
    detail: expect.stringContaining("stopped"),
  });
});

test("a failed run is restarted with what it had finished; the new one tells of all nodes", async () => {
  const { id } = await start(chain("/fail"));
  await untilEnded(id);
  const again = await post(`/v1/runs/${id}/restart`);
  expect(again).toMatchObject({ restarted_from: id, status: "queued" });
  expect((await untilEnded(again.id)).status).toBe("failed");
  expect(seen).toEqual(["/a", "/fail", "/fail"]);
  expect((await nodesOf(again.id)).map(({ node_id, reused }) => [node_id, reused])).toEqual([
    ["a", true],
    ["b", false],
  ]);
  expect(await eventsOf(again.id)).toEqual([
    ...["run.queued", "run.started", "node.completed a", "node.failed b", "run.failed"],
  ]);
});

test("a run is restarted from a node: it and what depends on it run again, the rest is kept", async () => {
  const { id } = await start(chain());
  await untilEnded(id);
  const again = await post(`/v1/runs/${id}/restart`, { from_node: "b" });
  expect(await untilEnded(again.id)).toMatchObject({ status: "completed", output: { Body: { path: "/b" } } });
  expect(seen).toEqual(["/a", "/b", "/b"]);
  for (const [body, reason] of [
    [{}, "nothing of it is to be done again"],
    [{ from_node: "bb" }, 'Did you mean "b"'],
  ] as const) {
    const refused = await platform.send(`/v1/runs/${id}/restart`, { body });
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { error: "run_not_restartable", detail: expect.stringContaining(reason) },
    ]);
  }
});

test("with another input, a restart does what depends on it, and a replay does everything", async () => {
  const flow = {
    nodes: [
      input,
      http("other", "/other"),
      v1Node("t", "ComposeTextNode", { template: "Hi ((n))" }),
      output("out", "Text"),
    ],
    edges: [v1Edge("in.output", "t.variables.n"), v1Edge("t.output", "out.input")],
  };
  const { id } = await start(flow, { input: { Name: "Ada" } });
  await untilEnded(id);
  const restarted = await post(`/v1/runs/${id}/restart`, { input: { Name: "Bob" } });
  expect((await untilEnded(restarted.id)).output).toEqual({ Text: "Hi Bob" });
  expect(seen).toEqual(["/other"]);
  const replayed = await post(`/v1/runs/${id}/replay`, { input: { Name: "Cy" } });
  expect((await untilEnded(replayed.id)).output).toEqual({ Text: "Hi Cy" });
  expect(seen).toEqual(["/other", "/other"]);
});

test("a run that is under way is not restarted", async () => {
  const { id } = await start(chain("/hold"));
  const refused = await platform.send(`/v1/runs/${id}/restart`, { body: {} });
  expect(await refused.json()).toMatchObject({ error: "run_not_restartable" });
  await post(`/v1/runs/${id}/stop`);
});

test("a large value goes through nodes, a dead worker and a restart, and is read whole beside the run", async () => {
  const say = v1Node("say", "ComposeTextNode", { template: "((x))!" });
  const definition = {
    nodes: [input, say, http("hold", "/hold"), output("said", "Said"), output("out", "Out")],
    edges: [
      ...[v1Edge("in.output", "say.variables.x"), v1Edge("say.output", "said.input")],
      ...[v1Edge("say.output", "hold.body"), v1Edge("hold.body", "out.input")],
    ],
  };
  const text = "x".repeat(500_000);
  const { id } = await start(definition, { input: { Name: text } });
  await until(() => seen.includes("/hold"));
  await restartWorker();
  await until(() => seen.length === 2);
  release();
  const run = await untilEnded(id);
  const reference = { $large_value: expect.stringMatching(/^[0-9a-f]{64}$/), size: 500_003 };
  expect(run.output).toMatchObject({ Said: reference, Out: { path: "/hold" } });
  const [said] = (await nodesOf(id)).filter(({ node_id }) => node_id === "say");
  expect(said?.outputs.output).toEqual(run.output?.Said);
  const { $large_value } = (run.output as { Said: { $large_value: string } }).Said;
  const read = async (runId: string) => platform.json<string>(`/v1/runs/${runId}/values/${$large_value}`);
  expect((await read(id)) === `${text}!`).toBe(true);

  const again = await post(`/v1/runs/${id}/restart`, { from_node: "hold" });
  expect((await untilEnded(again.id)).output?.Said).toEqual(run.output?.Said);
  await platform.send(`/v1/runs/${id}`, { method: "DELETE" });
  expect((await read(again.id)) === `${text}!`).toBe(true);
  const gone = await platform.send(`/v1/runs/${id}/values/${$large_value}`);
  expect(gone.status).toBe(404);
});

test("node_ids runs these nodes and what they depend on, and no other", async () => {
  const { id, node_ids } = await start({ ...chain(), nodes: [...chain().nodes, input] }, { node_ids: ["a"] });
  expect(node_ids).toEqual(["a"]);
  expect((await untilEnded(id)).status).toBe("completed");
  expect((await nodesOf(id)).map(({ node_id }) => node_id)).toEqual(["a"]);
  const refused = await platform.send(`/v1/workflows/${await save(chain())}/runs`, {
    body: { node_ids: ["z"] },
  });
  expect([refused.status, await refused.json()]).toMatchObject([422, { error: "workflow_invalid" }]);
});

test("a worker says that it lives and how busy it is, and takes its leave when it stops", async () => {
  const listed = async () =>
    (await platform.json<{ concurrency: number }[]>("/v1/workers")).filter(
      ({ concurrency }) => concurrency === 3,
    );
  const other = await startWorkerProcess({ ...workerEnvironment, WORKER_CONCURRENCY: "3" });
  try {
    const said = { alive: true, running: 0, version: expect.any(String) };
    await expect.poll(listed, { timeout: 10_000 }).toMatchObject([said]);
  } finally {
    await other.kill("SIGTERM");
  }
  expect(await listed()).toEqual([]);
});

test("a worker that dies leaves each node's end told once", async () => {
  const { id } = await start(chain("/hold"));
  await until(() => seen.includes("/hold"));
  await restartWorker();
  await until(() => seen.filter((path) => path === "/hold").length === 2);
  release();
  expect((await untilEnded(id)).status).toBe("completed");
  expect(await eventsOf(id)).toEqual([
    ...["run.queued", "run.started", "node.completed a", "run.resumed", "node.completed b"],
    ...["node.completed out", "run.completed"],
  ]);
});

const v2 = (...nodes: object[]) => ({ flow_version: "v2", nodes, edges: [] });
const inLoop = (each: object) => ({ ...each, parent_id: "each" });

test("a loop runs what is inside once for each item; turns that were finished are not run again after a kill", async () => {
  const { id } = await start(
    v2(
      v1Node("list", "InputNodeV2", { label: "List" }),
      v1Node("each", "LoopNodeV2", { items: ":var[list.output]", result: ":var[text.output]" }),
      inLoop(v1Node("call", "HttpRequestNode", { url: `${siteUrl}/:var[each.item]` })),
      inLoop(v1Node("text", "CombineTextV2", { template: ":var[each.index] :var[call.body.path]" })),
      v1Node("out", "OutputNodeV2", { label: "All", value: ":var[each.results]" }),
    ),
    { input: { List: ["x", "hold-1", "y"] } },
  );
  await until(() => seen.includes("/hold-1"));
  await restartWorker();
  await until(() => seen.filter((path) => path === "/hold-1").length === 2);
  release();
  expect(await untilEnded(id)).toMatchObject({ output: { All: ["0 /x", "1 /hold-1", "2 /y"] } });
  expect(seen).toEqual(["/x", "/hold-1", "/hold-1", "/y"]);
  const calls = (await nodesOf(id)).filter(
    ({ node_id, status }) => node_id === "call" && status === "completed",
  );
  expect(calls.map(({ item }) => item)).toEqual([0, 1, 2]);
  const events = await eventsOf(id);
  expect(events.filter((event) => event === "node.completed call")).toHaveLength(3);
  const io = await platform.json(`/v1/runs/${id}/io/text?it=2`);
  expect(io).toMatchObject({ item: 1, iterations: 3, outputs: { output: "1 /hold-1" } });
});

test("loops lie in loops, and an approval inside one is asked in each turn", async () => {
  const { id } = await start(
    v2(
      v1Node("each", "LoopNodeV2", { items: [[1, 2], [3]], result: ":var[inner.results]", concurrency: 2 }),
      inLoop(v1Node("inner", "LoopNodeV2", { items: ":var[each.item]", result: ":var[ask.approved]" })),
      {
        ...v1Node("ask", "ApprovalNode", { value: ":var[each.index]-:var[inner.item]" }),
        parent_id: "inner",
      },
      v1Node("out", "OutputNodeV2", { label: "All", value: ":var[each.results]" }),
    ),
  );
  for (const word of ["approve", "approve", "reject"]) {
    await untilStatus(id, "awaiting_human_feedback");
    const [{ item } = { item: null }] = await untilWaits(id);
    await post(`/v1/runs/${id}/nodes/ask/${word}`, { item });
  }
  const { All } = (await untilEnded(id)).output as { All: string[][] };
  // Which of the open questions is the oldest depends on who was quicker.
  expect(All.flat()).toHaveLength(2);
  expect(
    (await nodesOf(id))
      .filter(({ node_id }) => node_id === "ask")
      .map(({ item }) => item)
      .toSorted(),
  ).toEqual([...["0/0", "0/1", "1/0"]]);
});

test("a sub-workflow is the one that it was when the run started, or the version that the node names", async () => {
  const child = (word: string) => v2(v1Node("o", "OutputNodeV2", { label: "Word", value: word }));
  const childId = await save(child("first"));
  const version = await post(`/v1/workflows/${childId}/versions`, {
    name: "one",
    definition: child("versioned"),
  });
  const parent = v2(
    v1Node("hold", "HttpRequestNode", { url: `${siteUrl}/hold` }),
    v1Node("sub", "InvokeSubflowV2Node", { workflow_id: childId }),
    v1Node("named", "InvokeSubflowV2Node", { workflow_id: childId, workflow_version_id: version.id }),
    v1Node("a", "OutputNodeV2", { label: "A", value: ":var[sub.Word]" }),
    v1Node("b", "OutputNodeV2", { label: "B", value: ":var[named.Word]" }),
  );
  const edges = ["sub", "named"].map((target) => ({ source: "hold", target }));
  const { id } = await start({ ...parent, edges });
  await until(() => seen.includes("/hold"));
  const change = { method: "PATCH", body: { name: "Child", definition: child("second") } };
  await platform.json(`/v1/workflows/${childId}`, change);
  release();
  expect((await untilEnded(id)).output).toEqual({ A: "first", B: "versioned" });
});

test("a list that is mapped over a node goes through as many at once as the node's policy says", async () => {
  const { id } = await start(
    {
      nodes: [
        v1Node("list", "InputNode", { label: "List" }),
        http("each", "/hold", { url: undefined, __policy: { concurrency: 2 } }),
      ],
      edges: [v1Edge("list.output", "each.url")],
    },
    { input: { List: [1, 2, 3].map((number) => `${siteUrl}/hold-${number}`) } },
  );
  await until(() => seen.length === 2);
  release();
  expect((await untilEnded(id)).status).toBe("completed");
  expect(seen).toEqual(["/hold-1", "/hold-2", "/hold-3"]);
});
