import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let server: TestPluginServer;
const echo = wantedPlugin({ type: "local", path: pluginFixture("echo") });

beforeAll(async () => {
  server = await startPluginServer();
  await server.put(echo);
  await server.until(echo.id, "running");
});
afterAll(() => server.stop());

describe("the HTTP interface", () => {
  test("asks every route but health and readiness for the key", async () => {
    const openapi = (await (await server.request("GET", "/openapi.json")).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const routes = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
    expect(routes.length).toBeGreaterThan(18);
    const open: string[] = [];
    for (const { method, path } of [...routes, { method: "GET", path: "/openapi.json" }]) {
      const address = server.url + path.replaceAll(/\{\w+\}/g, "x");
      for (const headers of [{}, { "x-api-key": "wrong" }]) {
        const { status } = await fetch(address, { method, headers });
        if (status !== 401) open.push(path);
      }
    }
    expect([...new Set(open)].sort()).toEqual(["/health", "/ready"]);
  });

  test("is ready, and says how it stands with the platform", async () => {
    expect(await (await fetch(`${server.url}/ready`)).json()).toMatchObject({
      ready: true,
      platform: "none",
    });
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: "healthy" });
  });

  test("refuses a list that is none, naming each field, and keeps what it has", async () => {
    const bad = await server.request("PUT", "/plugins", { revision: "x", plugins: [{ id: "1" }] });
    expect(bad.status).toBe(400);
    const { error, fields } = (await bad.json()) as { error: string; fields: { path: string }[] };
    expect(error).toBe("invalid_request");
    expect(fields.map(({ path }) => path)).toContain("body.revision");
    const broken = await fetch(`${server.url}/plugins`, {
      method: "PUT",
      headers: { "x-api-key": server.apiKey, "content-type": "application/json" },
      body: "{",
    });
    expect(await broken.json()).toMatchObject({ error: "malformed_json" });
    expect(await server.get("echo")).toMatchObject({ status: "running" });
  });

  test("an unknown plugin is told with the names that there are", async () => {
    const response = await server.execute("ecko", "echo", {});
    expect(response.status).toBe(404);
    expect(response.headers.get("x-noxus-started")).toBe("no");
    expect(await response.json()).toMatchObject({ error: "plugin_unknown", data: { installed: ["echo"] } });
  });

  test("says what another list would change, and changes nothing", async () => {
    const response = await server.request("POST", "/plan", {
      revision: 1,
      plugins: [{ ...echo, enabled: false }],
    });
    expect(await response.json()).toMatchObject({ plan: [{ name: "echo", step: { do: "stop" } }] });
    expect(await server.get("echo")).toMatchObject({ status: "running" });
  });
});

describe("a forwarded call", () => {
  test("passes the plugin's own answers on, its refusals too", async () => {
    const unknown = await server.execute("echo", "no-such-node", { text: "x" });
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain("echo");
    const raised = await server.execute(echo.id, "raise_value", { message: "not like this" });
    expect(raised.status).toBeGreaterThanOrEqual(400);
    expect(raised.headers.get("x-noxus-started")).toBe("perhaps");
    expect(await raised.text()).toContain("not like this");
  });

  test("streams a megabyte in and out, whatever its Content-Type says", async () => {
    const text = "ä".repeat(500_000);
    const body = JSON.stringify({
      ctx: { plugin_config: {}, integration_credentials: {} },
      inputs: { text },
      config: {},
    });
    const response = await fetch(`${server.url}/plugins/echo/nodes/echo/execute`, {
      method: "POST",
      headers: { "x-api-key": server.apiKey, "content-type": "text/plain" },
      body,
    });
    const { outputs } = (await response.json()) as { outputs: { text: string } };
    expect(outputs.text === text).toBe(true);
  });

  test("that goes beyond the caller's deadline is ended there", async () => {
    const response = await server.request(
      "POST",
      "/plugins/echo/nodes/sleep/execute",
      { ctx: { plugin_config: {}, integration_credentials: {} }, inputs: { seconds: "2" }, config: {} },
      { "x-noxus-deadline-ms": "200" },
    );
    expect(response.status).toBe(504);
    expect(response.headers.get("x-noxus-started")).toBe("perhaps");
    expect(await response.json()).toMatchObject({ error: "call_deadline_exceeded" });
  });

  test("to validate-config checks the current configuration, or the one it carries", async () => {
    for (const body of [undefined, { any: 1 }]) {
      const response = await server.request("POST", "/plugins/echo/validate-config", body);
      expect(await response.json()).toMatchObject({ valid: true });
    }
  });
});

describe("a plugin's log", () => {
  test("is read as JSON lines", async () => {
    const response = await server.request("GET", "/plugins/echo/logs?tail=1000");
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ text }) => text)).toContain("The plugin is ready.");
  });

  test("is followed as server-sent events", async () => {
    const stop = new AbortController();
    const response = await fetch(`${server.url}/plugins/echo/logs?tail=0&follow=true`, {
      headers: { "x-api-key": server.apiKey, accept: "text/event-stream" },
      signal: stop.signal,
    });
    await server.execute("echo", "noise", { lines: "3" });
    let seen = "";
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      seen += Buffer.from(chunk).toString();
      if (seen.includes("noise 2")) break;
    }
    expect(seen).toMatch(/^data: \{"at".*noise 0/m);
    stop.abort();
  });
});

test("the server ends at once, though a log is followed, a source hangs and a call waits for it", async () => {
  const hanging = createServer(() => {});
  hanging.listen(0, "127.0.0.1");
  await once(hanging, "listening");
  const { port } = hanging.address() as AddressInfo;
  const stuck = wantedPlugin({ type: "git", repo_url: `http://127.0.0.1:${port}/never.git` });
  const own = await startPluginServer();
  await own.put(stuck);
  await own.until(stuck.id, ({ phases }) => phases.length === 1);
  const waiting = own.execute(stuck.id, "any", {});
  const following = await own.request("GET", `/plugins/${stuck.id}/logs?follow=true`, undefined, {
    accept: "text/event-stream",
  });
  await own.stop();
  expect(await following.text()).toContain("log");
  expect((await waiting).status).toBe(503);
  hanging.closeAllConnections();
  hanging.close();
}, 30_000);
