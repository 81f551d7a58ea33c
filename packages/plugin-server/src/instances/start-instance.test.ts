import { randomUUID } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PreparedPlugin, preparePlugin, warmEngine } from "../../../../fixtures/engine.ts";
import {
  execution,
  type StartedPlugin,
  scriptLaunch,
  startPlugin,
  startScript,
  textOf,
} from "../../../../fixtures/script-plugin.ts";
import { markedProcesses } from "./process-tree.ts";

const engine = warmEngine();

async function started(plugin: PreparedPlugin, marker: string): Promise<StartedPlugin> {
  const launch = await plugin.launch({ marker });
  const running = startPlugin(launch, { settings: plugin.settings });
  void running.instance.exited.then(() => launch.removeScratch());
  return running;
}

async function prepareAndStart(name: string, options: Parameters<typeof preparePlugin>[2] = {}) {
  return started(await preparePlugin(engine, name, { sdkRelease: "0.5.5", ...options }), randomUUID());
}

const json = async (answer: Parameters<typeof textOf>[0]) => JSON.parse(await textOf(answer)) as unknown;

describe.each([
  ["HTTP, our starter", { sdkRelease: "0.5.5" }, "http"],
  ["HTTP, the published command", { sdkRelease: "0.5.5", start: "bare" }, "http"],
  ["stdio, our starter", { sdkRelease: "0.6.0" }, "stdio"],
] as const)("a real plugin over %s", (_, options, transport) => {
  let plugin: StartedPlugin;
  beforeAll(async () => {
    plugin = await started(await preparePlugin(engine, "echo", options), randomUUID());
    await plugin.instance.ready;
  });
  afterAll(() => plugin[Symbol.asyncDispose]());

  test("becomes ready, gives its manifest and is alive", async () => {
    const { instance } = plugin;
    expect(instance).toMatchObject({ state: "ready", transport, inFlight: 0 });
    expect(instance.port !== undefined).toBe(transport === "http");
    expect(await instance.manifest(AbortSignal.timeout(5000))).toMatchObject({ name: "echo" });
    expect(await instance.alive(AbortSignal.timeout(5000))).toBe(true);
  });

  test("executes, also with large values", async () => {
    const text = "é".repeat(1_500_000);
    const answer = await plugin.instance.call(execution("echo", { text }));
    expect(answer.status).toBe(200);
    expect(await json(answer)).toEqual({ success: true, outputs: { text } });
    const small = await plugin.instance.call(execution("echo", { text: "hi" }));
    expect(await json(small)).toEqual({ success: true, outputs: { text: "hi" } });
    expect(plugin.instance.inFlight).toBe(0);
  });

  test("runs calls at once", async () => {
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, () => plugin.instance.call(execution("sleep", { seconds: 0.3 }))),
    );
    expect(performance.now() - startedAt).toBeLessThan(8 * 300);
  });

  test("the plugin's own errors come through with their status", async () => {
    const call = async (name: string, inputs: unknown) => {
      const answer = await plugin.instance.call(execution(name, inputs));
      return [answer.status, await json(answer)];
    };
    expect(await call("nowhere", {})).toEqual([404, { detail: expect.stringContaining("Available nodes") }]);
    const [status, body] = await call("raise_value", { message: "too long" });
    expect(status).toBe(transport === "http" ? 400 : 500);
    expect(body).toMatchObject({ detail: "too long" });
    expect((await call("raise_runtime", { message: "x" }))[0]).toBe(500);
    const incomplete = execution("echo", {}, { body: Buffer.from('{"ctx":{}}') });
    expect((await plugin.instance.call(incomplete)).status).toBe(422);
  });

  test("asks for nodes and validates configuration", async () => {
    const grants = { files: new Set<string>(), workspace: undefined };
    const signal = AbortSignal.timeout(5000);
    const nodes = await plugin.instance.call({ kind: "nodes", grants, signal });
    expect(await json(nodes)).toMatchObject({ nodes: expect.arrayContaining([expect.anything()]) });
    const body = Buffer.from("{}");
    const valid = await plugin.instance.call({ kind: "validate_config", body, grants, signal });
    expect(await json(valid)).toMatchObject({ valid: true });
    const health = await plugin.instance.call({ kind: "health", grants, signal });
    expect(await json(health)).toMatchObject({ status: "healthy" });
  });

  test("a busy plugin is alive though its loop is blocked", async () => {
    const blocked = plugin.instance.call(execution("block", { seconds: 1 }));
    expect(await plugin.instance.alive(AbortSignal.timeout(5000))).toBe(true);
    await blocked;
  });

  test("its lines carry run and node while exactly one call runs", async () => {
    await plugin.instance.call(execution("noise", { lines: 3 }, { runId: "r1", nodeId: "n1" }));
    await expect.poll(() => plugin.lines.filter(({ text }) => text.startsWith("noise"))).toHaveLength(4);
    const noise = plugin.lines.filter(({ text }) => text === "noise 2");
    expect(noise).toMatchObject([{ runId: "r1", nodeId: "n1", instanceId: "instance-1" }]);
  });

  // The last one: it ends the process.
  test("a call on a process that dies fails at once, with how it ended", async () => {
    const { instance } = plugin;
    const other = instance.call(execution("sleep", { seconds: 20 }));
    const calls = [other, instance.call(execution("crash", { code: "3" }))];
    await Promise.all(
      calls.map((call) =>
        expect(call).rejects.toMatchObject({
          code: "plugin_exited",
          data: { started: "perhaps", exitCode: 3 },
        }),
      ),
    );
    expect(await instance.exited).toMatchObject({
      exitCode: 3,
      expected: false,
      stderrTail: expect.stringContaining("about to crash"),
    });
    await expect(instance.call(execution("echo", { text: "x" }))).rejects.toMatchObject({
      code: "plugin_exited",
      data: { started: "no" },
    });
    expect(await instance.alive(AbortSignal.timeout(100))).toBe(false);
  });
});

describe("a start that fails", () => {
  test("an exit is told with its code and last words", async () => {
    await using plugin = await prepareAndStart("exits-at-start");
    await expect(plugin.instance.ready).rejects.toMatchObject({ code: "plugin_exited_at_start" });
    expect((await plugin.instance.exited).exitCode).not.toBe(0);
    expect((await plugin.instance.exited).stderrTail).not.toBe("");
  });

  test("a plugin that never prints its port is ended at the deadline", async () => {
    await using plugin = await prepareAndStart("never-prints-port", { startTimeoutMs: 3000 });
    await expect(plugin.instance.ready).rejects.toMatchObject({ code: "plugin_port_missing" });
    expect((await plugin.instance.exited).expected).toBe(true);
  });

  test("a port of somebody else is refused", async () => {
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    const { port } = foreign.address() as AddressInfo;
    const script = `console.log("PLUGIN_PORT:${port}"); serve((request, response) => response.end("{}"));`;
    await using plugin = startPlugin(scriptLaunch("http", script));
    await expect(plugin.instance.ready).rejects.toMatchObject({
      code: "plugin_port_foreign",
      data: { port },
    });
    foreign.close();
  });

  test("a command that is not there", async () => {
    const launch = { ...scriptLaunch("http", ""), command: "/nowhere/python" };
    await using plugin = startPlugin(launch);
    await expect(plugin.instance.ready).rejects.toMatchObject({
      code: "plugin_exited_at_start",
      message: expect.stringContaining("ENOENT"),
    });
  });

  test("one that listens but does not answer", async () => {
    const script = `require("node:net").createServer(() => {}).listen(0, "127.0.0.1", function () {
      console.log("PLUGIN_PORT:" + this.address().port) })`;
    await using plugin = startPlugin(scriptLaunch("http", script), { settings: { startTimeoutMs: 1000 } });
    await expect(plugin.instance.ready).rejects.toMatchObject({ code: "plugin_start_timeout" });
  });

  test("giving up kills the process", async () => {
    const given = new AbortController();
    await using plugin = startPlugin(scriptLaunch("stdio", "setInterval(() => {}, 1000)"), {
      signal: given.signal,
    });
    given.abort(new Error("not wanted any more"));
    await expect(plugin.instance.ready).rejects.toThrow("not wanted any more");
    expect(await plugin.instance.exited).toMatchObject({ signal: "SIGKILL", expected: true });
  });
});

test("10 MB before the port do not hide it", async () => {
  await using plugin = await prepareAndStart("prints-10mb-before-port");
  await plugin.instance.ready;
  expect((await plugin.instance.call(execution("nowhere"))).status).toBe(404);
});

test.each([
  ["HTTP", { sdkRelease: "0.5.5" }],
  ["stdio", { sdkRelease: "0.6.0" }],
  ["stdio, SDK 0.5.6", { sdkRelease: "0.5.6" }],
] as const)("a plugin that prints without end answers every call over %s", async (_, options) => {
  await using plugin = await prepareAndStart("prints-endlessly", options);
  await plugin.instance.ready;
  const text = "x".repeat(100_000);
  for (let n = 0; n < 50; n += 1)
    expect((await plugin.instance.call(execution("echo", { text }))).contentLength).toBeGreaterThan(100_000);
});

test("a plugin that writes 100 MB answers as ever, and its log stays small and says what was dropped", async () => {
  const flood = `const line = ("x".repeat(99) + "\\n").repeat(10000);
    let left = 100;
    const write = (then) => left-- > 0 ? process.stderr.write(line, () => write(then)) : then();
    serve((request, response) => request.url.includes("flood") ? write(() => response.end("{}")) : response.end("{}"));`;
  await using plugin = await startScript("http", flood);
  const flooded = plugin.instance.call(execution("flood"));
  for (let n = 0; n < 20; n += 1) await plugin.instance.call(execution("n"));
  await flooded;
  const dropped = () => plugin.lines.some(({ text }) => text.includes("bytes of output dropped"));
  await plugin.instance.stop({ drainMs: 1000 });
  expect(dropped()).toBe(true);
  expect(plugin.lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(20_000_000);
});

describe("a stop", () => {
  test("waits for the calls in flight, takes no new ones, and ends the process", async () => {
    await using plugin = await startScript(
      "http",
      'serve((request, response) => setTimeout(() => response.end("done"), 300));',
    );
    const { instance } = plugin;
    const call = instance.call(execution("n"));
    const stopping = instance.stop({ drainMs: 10_000 });
    expect(instance.state).toBe("draining");
    await expect(instance.call(execution("n"))).rejects.toMatchObject({ data: { started: "no" } });
    expect(await textOf(await call)).toBe("done");
    expect(await stopping).toMatchObject({ expected: true });
    expect(instance.state).toBe("stopped");
    expect(instance.stop({ drainMs: 0 })).toBe(stopping);
  });

  test("does not wait beyond the drain time, nor for a plugin that ignores SIGTERM", async () => {
    await using plugin = await startScript("http", 'process.on("SIGTERM", () => {}); serve(() => {});');
    const call = plugin.instance.call(execution("n"));
    const failed = expect(call).rejects.toMatchObject({ code: "plugin_exited" });
    expect(await plugin.instance.stop({ drainMs: 100 })).toMatchObject({ signal: "SIGKILL", expected: true });
    await failed;
  });

  test("does not wait for a call whose caller is gone, though the plugin still works on it", async () => {
    await using plugin = await startScript("stdio", "serve(() => {});");
    const { instance } = plugin;
    const before = new AbortController();
    const during = new AbortController();
    const calls = [before, during].map(({ signal }) => instance.call(execution("n", {}, { signal })));
    const refused = calls.map((call) => expect(call).rejects.toThrow("gone"));
    before.abort(new Error("gone"));
    const stopping = instance.stop({ drainMs: 300_000 });
    expect(instance).toMatchObject({ state: "draining", inFlight: 2 });
    during.abort(new Error("gone"));
    expect(await stopping).toMatchObject({ expected: true });
    await Promise.all(refused);
  });

  test("that is asked for again waits as long as the one in a greater hurry", async () => {
    await using plugin = await startScript("http", "serve(() => {});");
    const failed = expect(plugin.instance.call(execution("n"))).rejects.toMatchObject({
      code: "plugin_exited",
    });
    const patient = plugin.instance.stop({ drainMs: 300_000 });
    expect(await plugin.instance.stop({ drainMs: 0 })).toBe(await patient);
    await failed;
  });

  test("leaves nothing of the tree, daemons that left the group included", async () => {
    const marker = `tree-${process.pid}-${Date.now()}`;
    const script = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
      child.unref();
      spawn("sh", ["-c", "sleep 300 & sleep 300"], { stdio: "inherit" });
      child.once("spawn", () => serve((request, response) => response.end("{}")));`;
    await using plugin = startPlugin(scriptLaunch("http", script, marker));
    await plugin.instance.ready;
    const left = () => markedProcesses((found) => found === marker);
    await expect.poll(async () => (await left()).length).toBeGreaterThanOrEqual(4);
    await plugin.instance.stop({ drainMs: 0 });
    expect(await left()).toEqual([]);
  });

  test("an unexpected end takes the children along too", async () => {
    const marker = `end-${process.pid}-${Date.now()}`;
    const script = `const { spawn } = require("node:child_process");
      spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" }).unref();
      serve((request, response) => process.exit(4));`;
    await using plugin = startPlugin(scriptLaunch("http", script, marker));
    await plugin.instance.ready;
    await expect(plugin.instance.call(execution("n"))).rejects.toMatchObject({ code: "plugin_exited" });
    await expect.poll(() => markedProcesses((found) => found === marker)).toEqual([]);
  });
});

test("nothing of our own environment reaches the process", async () => {
  process.env.NOXUS_TEST_SECRET = "leak";
  const script = "serve((request, response) => response.end(JSON.stringify(process.env)));";
  await using plugin = await startScript("http", script);
  const seen = JSON.parse(await textOf(await plugin.instance.call(execution("n")))) as object;
  expect(Object.keys(seen).sort()).toEqual(["NOXUS_INSTANCE", "PATH"]);
});
