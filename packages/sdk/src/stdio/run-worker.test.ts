import { afterEach, beforeEach, expect, test } from "vitest";
import { StdioPlugin, typescriptPlugin } from "../../../../fixtures/plugins-ts/plugin-process.ts";

let plugin: StdioPlugin;
beforeEach(() => {
  plugin = new StdioPlugin(typescriptPlugin("process", ["worker"]));
});
afterEach(() => plugin[Symbol.asyncDispose]());

const everything = { extensions: { cancel: 1, progress: 1, files: 1, context: 1, user_error: 1 } };
const call = (node_name: string, inputs: object = {}, ctx: object = {}) =>
  plugin.ask("node.execute", { node_name, inputs, config: {}, ctx });

test("what is printed goes to stderr, never between the messages", async () => {
  const answers = await Promise.all([call("print"), call("print"), plugin.ask("list_nodes")]);
  for (const answer of answers) expect(answer).toHaveProperty("result");
  expect(plugin.strayLines).toEqual([]);
  expect(plugin.log).toContain("printed while it was imported");
  expect(plugin.log).toContain("forged");
  expect(plugin.log).toMatch(/INFO {4}\| a line of the call {"with":"fields"}/);
});

test("a call is cancelled by its id, the others go on", async () => {
  const id = plugin.nextId;
  const cancelled = call("wait", { until: "aborted" });
  const other = call("wait", { until: "later" });
  plugin.send({ method: "$/cancel", params: { id } });
  expect(await cancelled).toMatchObject({ error: { code: -32800, message: "The call was cancelled." } });
  expect(await other).toMatchObject({ result: { outputs: { why: "later" } } });
});

test("a call that ends well in spite of its cancellation is answered with what it gave", async () => {
  const id = plugin.nextId;
  const answer = call("wait", { until: "told" });
  plugin.send({ method: "$/cancel", params: { id } });
  expect(await answer).toMatchObject({ result: { outputs: { why: "CancelledError" } } });
});

test("a deadline that comes with the call aborts its signal", async () => {
  const answer = await call("wait", { until: "told" }, { deadline_ms: 50 });
  expect(answer).toMatchObject({ result: { outputs: { why: "TimeoutError" } } });
});

test("progress is told to a host that knows of it, and to no other", async () => {
  await call("wait", { until: "later" });
  expect(plugin.notifications).toEqual([]);
  await plugin.ask("manifest", everything);
  const id = plugin.nextId;
  await call("wait", { until: "later" });
  expect(plugin.notifications).toMatchObject([
    { method: "$/progress", params: { id, fraction: 0.5, message: "waiting" } },
  ]);
});

test("what the user can put right is marked for a host that knows of it", async () => {
  const ctx = { integration_credentials: { service: { token: "expired" } } };
  expect((await call("renew", {}, ctx)).error).toEqual({ code: -32000, message: "sign in again" });
  await plugin.ask("manifest", everything);
  expect((await call("renew", {}, ctx)).error).toEqual({
    code: -32000,
    message: "sign in again",
    data: { user_error: true },
  });
});

test("credentials are pushed back with the id they came with", async () => {
  const ctx = {
    call_token: "t",
    idempotency_key: "run:node:1",
    integration_credentials: { service: { token: "a" } },
    integration_credential_ids: { service: "c-1" },
  };
  expect(await call("renew", {}, ctx)).toMatchObject({ result: { outputs: { key: "run:node:1" } } });
  expect(plugin.asked).toEqual([
    {
      method: "host.update_credentials",
      params: {
        integration_name: "service",
        payload: { token: "a+" },
        credential_id: "c-1",
        call_token: "t",
      },
    },
  ]);
});

test("missing credentials are the user's to connect", async () => {
  expect((await call("renew")).error?.message).toContain("connect Service to the workspace");
});

test("a forgotten promise ends no call and no process", async () => {
  await call("forget");
  expect(await plugin.ask("list_nodes")).toHaveProperty("result");
  expect(plugin.log).toContain("nobody looks at this");
});

test("an output that is no JSON is an error of that call", async () => {
  expect((await call("unwritable")).error).toMatchObject({ code: -32000 });
});

test("told to stop, it ends the calls that run, then itself", async () => {
  await plugin.ask("list_nodes");
  const answer = call("wait", { until: "later" });
  await plugin.ask("list_nodes");
  plugin.child.kill("SIGTERM");
  expect(await answer).toHaveProperty("result");
  expect(await plugin.ended()).toBe(0);
});

test("when its host is gone, it ends at once, whatever runs", async () => {
  void call("wait", { until: "told" }).catch(() => {});
  await plugin.ask("list_nodes");
  plugin.child.stdin.end();
  expect(await plugin.ended()).toBe(0);
});
