import { request } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HttpPlugin, typescriptPlugin } from "../../../../fixtures/plugins-ts/plugin-process.ts";

let plugin: HttpPlugin;
beforeEach(() => {
  plugin = new HttpPlugin(typescriptPlugin("process", ["serve", "--host", "127.0.0.1", "--port", "0"]));
});
afterEach(() => plugin[Symbol.asyncDispose]());

const call = (node: string, inputs: object = {}, headers = {}) =>
  plugin.ask("POST", `/nodes/${node}/execute`, { ctx: {}, inputs, config: {} }, headers);

test("a caller that goes away cancels its call", async () => {
  const body = JSON.stringify({ ctx: {}, inputs: { until: "aborted" }, config: {} });
  const sent = request(`${await plugin.url}/nodes/wait/execute`, { method: "POST" });
  sent.on("error", () => {});
  sent.end(body);
  await vi.waitFor(() => expect(plugin.log).toContain("waiting"), { timeout: 10_000 });
  sent.destroy();
  await vi.waitFor(() => expect(plugin.log).toContain("ended: The call was cancelled."), { timeout: 10_000 });
});

test("a deadline that comes with the call aborts its signal", async () => {
  const { body } = await call("wait", { until: "told" }, { "x-noxus-deadline-ms": "50" });
  expect(body).toMatchObject({ outputs: { why: "TimeoutError" } });
});

test("an output that is no JSON is refused as a bad request", async () => {
  expect(await call("unwritable")).toMatchObject({ status: 400, body: { error: "Bad Request" } });
});

test("told to stop, it ends the calls that run, then itself", async () => {
  const answer = call("wait", { until: "later" });
  await plugin.ask("GET", "/health");
  plugin.child.kill("SIGTERM");
  expect(await answer).toMatchObject({ status: 200 });
  expect(await plugin.ended()).toBe(0);
});

test("a folder without a plugin is told in one line", async () => {
  await using empty = new HttpPlugin(typescriptPlugin(".", ["serve"]));
  expect(await empty.ended()).toBe(1);
  expect(empty.log).toContain("is no plugin: it has no package.json");
});
