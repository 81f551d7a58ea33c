import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

const metricsKey = "only-for-the-collector";
const echo = wantedPlugin({ type: "local", path: pluginFixture("echo") });
let server: TestPluginServer;

beforeAll(async () => {
  server = await startPluginServer({ variables: { NOXUS_METRICS_KEY: metricsKey } });
  await server.put(echo);
  await server.until(echo.id, "running");
});
afterAll(() => server.stop());

describe("the metrics of a plugin server", () => {
  test("tell of each plugin its status, calls by outcome, how long they took, and what it uses", async () => {
    await server.execute("echo", "echo", { text: "a" });
    await server.execute("echo", "echo", { text: "b" });
    await server.execute("echo", "no-such-node", {});
    const lines = await scrape();
    expect(valueIn(lines, "noxus_plugin_status", { plugin: "echo", status: "running" })).toBe(1);
    expect(valueIn(lines, "noxus_plugin_status", { plugin: "echo", status: "error" })).toBe(0);
    const calls = (outcome: string) =>
      valueIn(lines, "noxus_plugin_calls_total", { plugin_id: echo.id, kind: "execute", outcome });
    expect([calls("ok"), calls("plugin_error")]).toEqual([2, 1]);
    const histogram = (part: string, le?: string) =>
      valueIn(lines, `noxus_plugin_call_duration_seconds_${part}`, {
        plugin: "echo",
        kind: "execute",
        ...(le && { le }),
      });
    expect([histogram("count"), histogram("bucket", "+Inf")]).toEqual([3, 3]);
    expect(histogram("sum")).toBeGreaterThan(0);
    // A Python process with the SDK in it.
    expect(valueIn(lines, "noxus_plugin_memory_bytes", { plugin: "echo" })).toBeGreaterThan(10_000_000);
    expect(valueIn(lines, "noxus_plugin_cpu_seconds_total", { plugin: "echo" })).toBeGreaterThan(0);
    expect(valueIn(lines, "noxus_plugin_processes", { plugin: "echo" })).toBeGreaterThan(0);
    // The step ends a little after the plugin runs, when that is on disk.
    const starts = (now: string[]) =>
      valueIn(now, "noxus_reconcile_step_duration_seconds_count", { step: "start" });
    await expect.poll(async () => starts(await scrape()), { timeout: 10_000 }).toBe(1);
    expect(valueIn(lines, "nodejs_eventloop_lag_mean_seconds", {})).toBeGreaterThanOrEqual(0);
  });

  test("follow calls under way and restarts; processor time never falls", async () => {
    const before = await scrape();
    const gone = new AbortController();
    const sleeping = fetch(`${server.url}/plugins/echo/nodes/sleep/execute`, {
      method: "POST",
      headers: { "x-api-key": server.apiKey, "content-type": "application/json" },
      body: JSON.stringify({ ctx: {}, inputs: { seconds: 60 }, config: {} }),
      signal: gone.signal,
    }).catch(() => {});
    await expect
      .poll(async () => valueIn(await scrape(), "noxus_plugin_calls_in_flight", { plugin: "echo" }))
      .toBe(1);
    gone.abort();
    await sleeping;
    const { instances } = await server.get("echo");
    process.kill(instances[0]?.pid as number, "SIGKILL");
    await expect
      .poll(async () => valueIn(await scrape(), "noxus_plugin_restarts_total", { plugin: "echo" }))
      .toBe(1);
    await server.until("echo", "running");
    const after = await scrape();
    const cancelled = { plugin: "echo", kind: "execute", outcome: "cancelled" };
    expect(valueIn(after, "noxus_plugin_calls_total", cancelled)).toBe(1);
    const used = (lines: string[]) => valueIn(lines, "noxus_plugin_cpu_seconds_total", { plugin: "echo" });
    expect(used(after)).toBeGreaterThanOrEqual(used(before) as number);
  });

  test("are for those who have the server's key, or one that opens nothing else", async () => {
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(server.url + path, { headers })).status;
    expect(await status("/metrics", {})).toBe(401);
    expect(await status("/metrics", { authorization: "Bearer wrong" })).toBe(401);
    expect(await status("/metrics", { authorization: `Bearer ${metricsKey}` })).toBe(200);
    expect(await status("/metrics", { "x-api-key": server.apiKey })).toBe(200);
    expect(await status("/plugins", { authorization: `Bearer ${metricsKey}` })).toBe(401);
  });

  test("are all described in docs/metrics.md, which describes no other", async () => {
    const documented = namesIn("plugin server");
    const given = (await scrape()).flatMap((line) => /^# TYPE (noxus_\w+)/.exec(line)?.[1] ?? []);
    expect(documented).toEqual(given.toSorted());
  });

  test("forget a plugin that is gone, and make no series for one that never was", async () => {
    await server.execute("ecko", "echo", {});
    await server.put();
    await expect
      .poll(async () => (await scrape()).some((line) => line.includes("plugin_id=")), { timeout: 10_000 })
      .toBe(false);
  });
});

async function scrape(): Promise<string[]> {
  const response = await server.request("GET", "/metrics");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return (await response.text()).split("\n");
}

/** The value of the one line with this name and these labels among its own. */
function valueIn(lines: string[], name: string, labels: Record<string, string>): number | undefined {
  const words = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const found = lines.filter(
    (line) => /^\w+/.exec(line)?.[0] === name && words.every((word) => line.includes(word)),
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0] === undefined ? undefined : Number(found[0].slice(found[0].lastIndexOf(" ")));
}

/** The metrics that the page has under a program's heading. */
function namesIn(program: string): string[] {
  const page = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
  const section = page.split(/^## /m).find((part) => part.toLowerCase().startsWith(program)) ?? "";
  return [...section.matchAll(/^\| `(noxus_\w+)`/gm)].map(([, name]) => name as string).toSorted();
}
