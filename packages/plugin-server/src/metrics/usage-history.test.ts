import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PluginReport } from "@noxus/contracts";
import { expect, test } from "vitest";
import { CallStatistics } from "./call-statistics.ts";
import { UsageHistory } from "./usage-history.ts";

const id = "6f0a3c7e-0000-4000-8000-000000000001";
const load = () => ({ inFlight: 2, queued: 0, calls: 0 });
const reportOf = (pid: number) => ({ id, instances: [{ pid }] }) as PluginReport;

test("a point tells memory, processor and calls since the point before; what is gone is forgotten", async () => {
  const calls = new CallStatistics();
  const history = new UsageHistory({ forwarder: { load }, calls, intervalMs: 1_000 });
  const busy = spawn(process.execPath, ["-e", "for (;;);"]);
  await once(busy, "spawn");
  try {
    history.take([reportOf(busy.pid ?? 0)]);
    calls.count(id, "execute", "ok", 10);
    calls.count(id, "execute", "plugin_error", 30);
    calls.count(id, "execute", "refused", 1);
    calls.count(id, "manifest", "ok", 500);
    // The processes' own clock ticks every 10 ms, and two looks within a second are one.
    await new Promise((done) => setTimeout(done, 1_100));
    history.take([reportOf(busy.pid ?? 0)]);
  } finally {
    busy.kill("SIGKILL");
  }
  const [first, second] = history.of(id);
  expect(first).toMatchObject({ cores: 0, calls: 0, errors: 0, meanMs: null, inFlight: 2 });
  expect(second).toMatchObject({ calls: 3, errors: 2, meanMs: 20, processes: 1 });
  expect(second?.cores).toBeGreaterThan(0.05);
  expect(second?.rssBytes).toBeGreaterThan(10_000_000);
  expect(history.newest()).toEqual([{ id, point: second }]);
  history.take([]);
  expect([history.of(id), history.newest(), calls.of(id).size]).toEqual([[], [], 0]);
});

test("no more points are kept than are shown", () => {
  const history = new UsageHistory({
    forwarder: { load },
    calls: new CallStatistics(),
    intervalMs: 1_000,
  });
  for (let n = 0; n < 300; n += 1) history.take([{ id, instances: [] } as unknown as PluginReport]);
  expect(history.of(id)).toHaveLength(240);
});
