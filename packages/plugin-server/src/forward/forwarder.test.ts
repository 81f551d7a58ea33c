import { Readable } from "node:stream";
import type { NoxusError, PluginFailure } from "@noxus/contracts";
import { expect, test } from "vitest";
import { execution, startScript, textOf } from "../../../../fixtures/script-plugin.ts";
import type { PluginCall } from "../instances/instance.ts";
import { createForwarder } from "./forwarder.ts";

const limits = { concurrency: 32, queue: 8, callTimeoutMs: 20_000 };
const client = () => new AbortController();
const callOf = (name: string, more: Partial<PluginCall> = {}) => execution(name, {}, more);
const stays = { clientSignal: new AbortController().signal };

/** Answers `n` after that many ms. */
const slow = `serve((request, response) => {
  const ms = Number(request.url.split("/")[2]);
  console.log("came");
  request.socket.on("close", () => console.log("closed"));
  setTimeout(() => response.end(String(ms)), ms);
});`;

const failure: PluginFailure = {
  code: "plugin_exited",
  stage: "run",
  message: "The plugin's process ended with exit code 1.",
  at: new Date().toISOString(),
};

test("a call goes to the instance with the fewest calls", async () => {
  await using one = await startScript("http", slow);
  await using two = await startScript("http", slow);
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [one.instance, two.instance] }, limits);
  const answers = [1, 2, 3, 4].map(() => forwarder.call("p", callOf("200"), stays));
  await expect.poll(() => [one.instance.inFlight, two.instance.inFlight]).toEqual([2, 2]);
  expect(forwarder.load("p")).toMatchObject({ inFlight: 4, queued: 0 });
  expect(await Promise.all(answers.map(async (answer) => textOf(await answer)))).toEqual(
    Array(4).fill("200"),
  );
  expect(forwarder.inFlight).toBe(0);
});

test("over the limits calls queue, then are refused with depth and limit", async () => {
  await using plugin = await startScript("http", slow);
  const forwarder = createForwarder();
  const small = { ...limits, concurrency: 2, queue: 3 };
  forwarder.setRoute("p", { state: "serving", instances: [plugin.instance] }, small);
  const running = Array.from({ length: 5 }, async () =>
    textOf(await forwarder.call("p", callOf("100"), stays)),
  );
  expect(forwarder.load("p")).toMatchObject({ inFlight: 2, queued: 3 });
  await expect(forwarder.call("p", callOf("1"), stays)).rejects.toMatchObject({
    code: "plugin_busy",
    status: 503,
    retryAfterS: 1,
    data: { depth: 3, limit: 3, concurrency: 2, started: "no" },
  });
  expect(await Promise.all(running)).toEqual(Array(5).fill("100"));
  expect(forwarder.load("p")).toMatchObject({ inFlight: 0, queued: 0 });
});

test("a deadline ends a running call as perhaps started, and a queued one as not started", async () => {
  await using plugin = await startScript("http", slow);
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [plugin.instance] }, { ...limits, concurrency: 1 });
  const running = forwarder.call("p", callOf("10000"), { ...stays, deadlineMs: 300 });
  const queued = forwarder.call("p", callOf("1"), { ...stays, deadlineMs: 100 });
  const exceeded = (started: string) => ({ code: "call_deadline_exceeded", status: 504, data: { started } });
  await expect(queued).rejects.toMatchObject(exceeded("no"));
  await expect(running).rejects.toMatchObject(exceeded("perhaps"));
  expect(await textOf(await forwarder.call("p", callOf("1"), stays))).toBe("1");
});

test("a caller that goes away frees its slot at once, and the connection to the plugin is closed", async () => {
  await using plugin = await startScript("http", slow);
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [plugin.instance] }, { ...limits, concurrency: 1 });
  const [runs, waits] = [client(), client()];
  const running = forwarder.call("p", callOf("20000"), { clientSignal: runs.signal });
  const waiting = forwarder.call("p", callOf("20000"), { clientSignal: waits.signal });
  const next = forwarder.call("p", callOf("1"), stays);
  const logged = (word: string) => plugin.lines.some(({ text }) => text === word);
  await expect.poll(() => logged("came")).toBe(true);
  waits.abort();
  await expect(waiting).rejects.toMatchObject({ code: "call_cancelled", data: { started: "no" } });
  runs.abort();
  await expect(running).rejects.toMatchObject({ code: "call_cancelled", data: { started: "perhaps" } });
  expect(await textOf(await next)).toBe("1");
  await expect.poll(() => logged("closed")).toBe(true);
});

test("a streaming answer holds its slot until it is read or thrown away", async () => {
  await using plugin = await startScript(
    "http",
    `serve((request, response) => { for (let n = 0; n < 300; n += 1) response.write("x".repeat(10000)); response.end(); });`,
  );
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [plugin.instance] }, limits);
  const read = await forwarder.call("p", callOf("n"), stays);
  const thrown = await forwarder.call("p", callOf("n"), stays);
  expect(forwarder.load("p").inFlight).toBe(2);
  expect((await textOf(read)).length).toBe(3_000_000);
  if (!Buffer.isBuffer(thrown.body)) thrown.body.on("error", () => {}).destroy();
  await expect.poll(() => forwarder.load("p").inFlight).toBe(0);
});

test("calls wait for a plugin that is starting, and go to it when it serves", async () => {
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "waiting", reason: "the environment is being made" }, limits);
  const waiting = forwarder.call("p", callOf("1"), stays);
  await expect(forwarder.call("p", callOf("1"), { ...stays, deadlineMs: 50 })).rejects.toMatchObject({
    code: "plugin_not_running",
    message: expect.stringContaining("the environment is being made"),
    data: { started: "no" },
  });
  await using plugin = await startScript("http", slow);
  forwarder.setRoute("p", { state: "serving", instances: [plugin.instance] });
  expect(await textOf(await waiting)).toBe("1");
});

test("a call that arrives after a crash waits for the next process and is served", async () => {
  await using first = await startScript("http", "serve(() => process.exit(1));");
  await using second = await startScript("http", slow);
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [first.instance] }, limits);
  await expect(forwarder.call("p", callOf("1"), stays)).rejects.toMatchObject({ code: "plugin_exited" });
  const waiting = forwarder.call("p", callOf("1"), stays);
  forwarder.setRoute("p", { state: "waiting", reason: "restarting" });
  forwarder.setRoute("p", { state: "serving", instances: [second.instance] });
  expect(await textOf(await waiting)).toBe("1");
});

test("a call that a dying process never had goes to the next instance", async () => {
  await using dying = await startScript(
    "stdio",
    `serve(() => { process.stdin.pause(); setTimeout(() => process.exit(1), 300); });`,
  );
  await using spare = await startScript("stdio", 'serve(({ id }, pass) => pass(id, "2"));');
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [dying.instance] }, limits);
  const begun = forwarder.call("p", callOf("n"), stays);
  const body = Buffer.from(JSON.stringify({ ctx: {}, inputs: { text: "x".repeat(8_000_000) }, config: {} }));
  const filling = forwarder.call("p", callOf("n", { body }), stays);
  const queued = forwarder.call("p", callOf("n"), stays);
  await expect.poll(() => dying.instance.inFlight).toBe(3);
  forwarder.setRoute("p", { state: "serving", instances: [dying.instance, spare.instance] });
  await expect(begun).rejects.toMatchObject({ data: { started: "perhaps" } });
  await expect(filling).rejects.toMatchObject({ data: { started: "perhaps" } });
  expect(await textOf(await queued)).toBe("2");
});

test("switching instances under load fails no call", async () => {
  await using old = await startScript("http", slow);
  await using young = await startScript("http", slow);
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "serving", instances: [old.instance] }, limits);
  let done = 0;
  const caller = async () => {
    while (done < 200) {
      expect(await textOf(await forwarder.call("p", callOf("2"), stays))).toBe("2");
      done += 1;
    }
  };
  const load = Promise.all(Array.from({ length: 8 }, caller));
  await expect.poll(() => done, { interval: 1 }).toBeGreaterThan(50);
  forwarder.setRoute("p", { state: "serving", instances: [young.instance] });
  await old.instance.stop({ drainMs: 10_000 });
  await load;
  expect(old.instance.state).toBe("stopped");
});

test.each([
  [{ state: "disabled" }, "plugin_disabled", 409],
  [{ state: "unknown" }, "plugin_unknown", 404],
  [{ state: "missing_config", problems: ["api_key: required"], instances: [] }, "plugin_missing_config", 409],
  [{ state: "failed", failure, retryAtMs: undefined }, "plugin_not_running", 503],
] as const)("the route %o refuses with %s", async (route, code, status) => {
  const forwarder = createForwarder();
  forwarder.setRoute("p", route);
  await expect(forwarder.call("p", callOf("1"), stays)).rejects.toMatchObject({
    code,
    status,
    data: { started: "no" },
  });
});

test("a plugin that failed says when it is tried again", async () => {
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "failed", failure, retryAtMs: performance.now() + 40_000 });
  const refused = forwarder.call("p", callOf("1"), stays);
  await expect(refused).rejects.toSatisfy(
    ({ data }: NoxusError) => Date.parse(String(data?.nextAttemptAt)) > Date.now() + 30_000,
  );
  await expect(refused).rejects.toSatisfy(({ retryAfterS }: NoxusError) => (retryAfterS ?? 0) > 30);
});

test("without configuration executions are refused, but what helps to configure goes through", async () => {
  await using plugin = await startScript(
    "http",
    "serve((request, response) => response.end('{\"valid\": true}'));",
  );
  const forwarder = createForwarder();
  const route = {
    state: "missing_config",
    problems: ["api_key: required"],
    instances: [plugin.instance],
  } as const;
  forwarder.setRoute("p", route, limits);
  await expect(forwarder.call("p", callOf("1"), stays)).rejects.toMatchObject({
    code: "plugin_missing_config",
    data: { problems: ["api_key: required"] },
  });
  const answer = await forwarder.call("p", callOf("", { kind: "validate_config" }), stays);
  expect(await textOf(answer)).toBe('{"valid": true}');
});

test("uninstalling refuses those that wait", async () => {
  const forwarder = createForwarder();
  forwarder.setRoute("p", { state: "waiting", reason: "starting" }, limits);
  const waiting = expect(forwarder.call("p", callOf("1"), stays)).rejects.toMatchObject({
    code: "plugin_unknown",
  });
  forwarder.setRoute("p", { state: "unknown" });
  await waiting;
});

test("a call that a dying process did not take goes to another one, though its body was a stream", async () => {
  const answers = `pass(id, '{"outputs": {}}');`;
  const deafens = `serve(({ id }, pass) => { require("node:fs").closeSync(0); ${answers} }); setInterval(() => {}, 1000);`;
  await using dying = await startScript("stdio", deafens);
  await using other = await startScript("stdio", `serve(({ id }, pass) => { ${answers} });`);
  const forwarder = createForwarder();
  const instances = [dying.instance, other.instance];
  forwarder.setRoute("p", { state: "serving", instances }, limits);
  await forwarder.call("p", callOf("deaf from now on"), stays);
  const text = JSON.stringify({ ctx: {}, inputs: {}, config: {} });
  const body = {
    body: Readable.from([Buffer.from(text)], { objectMode: false }),
    contentLength: text.length,
  };
  const answer = forwarder.call("p", callOf("late", body), stays);
  await expect.poll(() => dying.instance.inFlight, { timeout: 10_000 }).toBe(1);
  process.kill(dying.instance.pid, "SIGKILL");
  expect((await answer).status).toBe(200);
});

test("a call of a run goes to a release that it has called, and to what serves where that one is ending", async () => {
  await using current = await startScript("http", slow);
  await using former = await startScript("http", slow);
  const forwarder = createForwarder();
  const asked: (readonly string[])[] = [];
  const route = {
    state: "serving",
    instances: [current.instance],
    former: async (releases: readonly string[]) => {
      asked.push(releases);
      return former.instance;
    },
  } as const;
  forwarder.setRoute("p", route, limits);
  const call = async () => textOf(await forwarder.call("p", callOf("1", { releases: ["before"] }), stays));
  expect(await call()).toBe("1");
  expect(former.lines.map(({ text }) => text)).toContain("came");
  await former.instance.stop({ drainMs: 0 });
  expect(await call()).toBe("1");
  expect(current.lines.map(({ text }) => text)).toContain("came");
  expect(asked).toEqual([["before"], ["before"]]);
});
