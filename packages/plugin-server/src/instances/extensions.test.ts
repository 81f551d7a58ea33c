import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { preparePlugin, warmNodeEngine } from "../../../../fixtures/engine.ts";
import {
  execution,
  type StartedPlugin,
  startPlugin,
  startScript,
  textOf,
} from "../../../../fixtures/script-plugin.ts";
import type { PluginCall } from "./instance.ts";

describe.for(["stdio", "http"] as const)("a TypeScript plugin over %s", (transport) => {
  let plugin: StartedPlugin;
  let removeScratch: () => Promise<void>;

  beforeAll(async () => {
    const prepared = await preparePlugin(warmNodeEngine(), "typescript/process", { transport });
    const launch = await prepared.launch();
    removeScratch = launch.removeScratch;
    plugin = startPlugin(launch);
    await plugin.instance.ready;
    await plugin.instance.manifest(AbortSignal.timeout(10_000));
  });
  afterAll(async () => {
    await plugin[Symbol.asyncDispose]();
    await removeScratch();
  });

  const call = (node: string, inputs: object = {}, more: Partial<PluginCall> = {}) =>
    plugin.instance.call(execution(node, inputs, more));
  const logged = () => plugin.lines.map(({ text }) => text).join("\n");

  test("hears that its caller is gone, ends the call, and is free for the next", async () => {
    const gone = new AbortController();
    const waiting = call("wait", { until: "aborted" }, { signal: gone.signal });
    await expect.poll(logged).toContain("waiting");
    gone.abort(new Error("nobody waits any more"));
    await expect(waiting).rejects.toThrow("nobody waits any more");
    await expect.poll(logged).toContain("ended: The call was cancelled");
    await expect.poll(() => plugin.instance.inFlight).toBe(0);
  });

  test("tells how far it is, where the transport can", async () => {
    const told: unknown[] = [];
    const answer = await call("wait", { until: "later" }, { onProgress: (progress) => told.push(progress) });
    expect(answer.status).toBe(200);
    expect(told).toEqual(transport === "stdio" ? [{ fraction: 0.5, message: "waiting" }] : []);
  });

  test("knows how long its caller still waits", async () => {
    const answer = await call("wait", { until: "told" }, { deadlineAt: performance.now() + 200 });
    expect(JSON.parse(await textOf(answer))).toMatchObject({ outputs: { why: "TimeoutError" } });
  });

  test("gets the attempt's own key, and has it in hand after a probe too", async () => {
    await plugin.instance.alive(AbortSignal.timeout(5_000));
    const ctx = { integration_credentials: { service: { token: "t" } } };
    const body = Buffer.from(JSON.stringify({ ctx, inputs: {}, config: {} }));
    const headers = { "idempotency-key": encodeURIComponent("run 1:node:2") };
    const answer = await call("renew", {}, { body, headers, contentLength: body.length });
    const text = await textOf(answer);
    // The door of this test stores no credentials; over stdio its words come back.
    if (answer.status === 200) expect(text).toContain("run 1:node:2");
    else expect(text).toContain("no credentials here");
  });

  test("tells what its user can put right from what is a bug", async () => {
    const ctx = { integration_credentials: { service: { token: "expired" } } };
    const body = Buffer.from(JSON.stringify({ ctx, inputs: {}, config: {} }));
    const refused = await call("renew", {}, { body, contentLength: body.length });
    expect(refused.status).toBe(400);
    expect(JSON.parse(await textOf(refused))).toMatchObject({
      error: "Bad Request",
      detail: "sign in again",
    });
    expect((await call("fail")).status).toBe(500);
  });
});

test("a plugin that announces nothing is told nothing that the contract does not know", async () => {
  await using plugin = await startScript(
    "stdio",
    `const seen = [];
     const input = require("node:readline").createInterface({ input: process.stdin });
     input.on("line", (line) => seen.push(line));
     serve(({ id, params }, pass) => { if (params.node_name !== "wait") pass(id, JSON.stringify(seen)); });`,
  );
  const gone = new AbortController();
  const waiting = plugin.instance.call(execution("wait", {}, { signal: gone.signal }));
  setImmediate(() => gone.abort(new Error("gone")));
  await expect(waiting).rejects.toThrow("gone");
  const call = execution("tell", {}, { deadlineAt: performance.now() + 9_000 });
  const seen = JSON.parse(await textOf(await plugin.instance.call(call))) as string[];
  expect(seen.filter((line) => /\$\/cancel|deadline_ms|extensions/.test(line))).toEqual([]);
});
