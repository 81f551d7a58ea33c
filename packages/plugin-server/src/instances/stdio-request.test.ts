import { expect, test } from "vitest";
import type { CallKind, PluginCall } from "./instance.ts";
import { stdioRequestOf } from "./stdio-request.ts";

function requestOf(kind: Exclude<CallKind, "health">, body: string, more: Partial<PluginCall> = {}) {
  const call = { kind, name: "n", grants: { files: new Set<string>(), workspace: undefined }, ...more };
  const signal = new AbortController().signal;
  return stdioRequestOf({ ...call, kind, signal }, Buffer.from(body), { call_token: "minted" });
}

function paramsOf(...args: Parameters<typeof requestOf>) {
  const request = requestOf(...args);
  if ("status" in request) throw new Error(`refused: ${request.body}`);
  return { method: request.method, text: Buffer.concat(request.params).toString(), secrets: request.secrets };
}

test("the body's own bytes are sent: numbers keep their digits, line breaks between values become spaces", () => {
  const body =
    '{\n "ctx": {"plugin_config": {"n": 12345678901234567890, "f": 1.0}},\r\n "inputs": {}, "config": {}\n}';
  const { method, text } = paramsOf("execute", body);
  expect(method).toBe("node.execute");
  expect(text).toContain('{"call_token":"minted","plugin_config": {"n": 12345678901234567890, "f": 1.0}}');
  expect(text).not.toMatch(/[\r\n]/);
  expect(JSON.parse(text)).toMatchObject({ node_name: "n", inputs: {}, config: {} });
});

test("the minted token and the name win over what a body says", () => {
  const body = '{"node_name":"other","ctx":{"call_token":"forged"},"inputs":{},"config":{}}';
  expect(JSON.parse(paramsOf("execute", body).text)).toMatchObject({
    node_name: "n",
    ctx: { call_token: "minted" },
  });
});

test.each([
  ["validate_config", '{"a":1}', "validate_config", { config: { a: 1 } }],
  ["integration_ready", "null", "integration.ready", { integration_name: "n", creds: null }],
  ["integration_ready", '{"t":1}', "integration.ready", { integration_name: "n", creds: { t: 1 } }],
  ["integration_config", "{}", "integration.config", { integration_name: "n" }],
  ["nodes", "", "list_nodes", {}],
  [
    "trigger_poll",
    '{"ctx":{},"config":{},"state":{"s":1}}',
    "trigger.poll",
    { trigger_name: "n", ctx: { call_token: "minted" }, config: {}, state: { s: 1 } },
  ],
  [
    "device_auth_poll",
    '{"ctx":{},"session_id":"s"}',
    "integration.device_auth_poll",
    { integration_name: "n", ctx: { call_token: "minted" }, session_id: "s" },
  ],
] as const)("%s with the body %s becomes %s", (kind, body, method, params) => {
  const request = paramsOf(kind, body);
  expect(request.method).toBe(method);
  expect(JSON.parse(request.text)).toEqual(params);
});

test("node_config says whether to skip the cache", () => {
  const { text } = paramsOf("node_config", '{"ctx":{},"config":{}}', { skipCache: true });
  expect(JSON.parse(text)).toMatchObject({ node_name: "n", skip_cache: true });
});

test.each([
  ["execute", "{", ["body", 0]],
  ["execute", "[]", ["body"]],
  ["execute", '{"ctx":{},"inputs":{}}', ["body", "config"]],
  ["execute", '{"ctx":null,"inputs":{},"config":{}}', ["body", "ctx"]],
  ["validate_config", '"text"', ["body"]],
  ["integration_ready", "", ["body", 0]],
] as const)("%s refuses the body %s with 422, as over HTTP", (kind, body, loc) => {
  const answer = requestOf(kind, body);
  if (!("status" in answer)) throw new Error("taken");
  expect(answer.status).toBe(422);
  expect(JSON.parse(String(answer.body)).detail[0].loc).toEqual(loc);
});

test("credential values are told, to be kept out of the log", () => {
  const body =
    '{"ctx":{"integration_credentials":{"a":{"token":"s3cret","deep":[{"x":"y"}]}}},"inputs":{},"config":{}}';
  expect(paramsOf("execute", body).secrets).toEqual(["s3cret", "y"]);
});
