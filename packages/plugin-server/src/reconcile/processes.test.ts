import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InstanceReport, PluginReport } from "@noxus/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let dataFolder: string;
let server: TestPluginServer;
const start = () => startPluginServer({ dataFolder, variables: { PLUGIN_SERVER_TICK_MS: "200" } });
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "noxus-processes-"));
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

const source = { type: "local" as const, path: pluginFixture("echo") };

describe("replicas", () => {
  test("are replaced one after the other, never more than one above what is wanted, and no call fails", async () => {
    const echo = wantedPlugin(source, { settings: { replicas: 2 } });
    await server.put(echo);
    const before = await server.until(echo.id, (report) => serving(report).length === 2);
    const old = pidsOf(serving(before));
    const load = callAgainAndAgain(echo.id);
    await server.request("POST", `/plugins/${echo.id}/reload`);
    let most = 0;
    const after = await server.until(echo.id, (report) => {
      // One that has ended is listed until its last output is read.
      const living = report.instances.filter(({ state }) => state === "ready" || state === "starting");
      most = Math.max(most, living.length);
      const now = pidsOf(serving(report));
      return now.length === 2 && now.every((pid) => !old.includes(pid));
    });
    expect(after).toMatchObject({ status: "running", restarts: 0 });
    // Seen by looking again and again, so a short third may be missed; a fourth would stay for its whole start.
    expect(most).toBeLessThanOrEqual(3);
    expect(await load.end()).toEqual([]);
    await server.put();
  });
});

describe("an idle plugin", () => {
  test("has no process and is running, also after a restart of the server; a call starts it and waits for it", async () => {
    const echo = wantedPlugin(source, { settings: { idleAfterMs: 400 } });
    await server.put(echo);
    const resting = await server.until(echo.id, isResting);
    expect(resting).toMatchObject({ status: "running", observedGeneration: 1, restarts: 0 });
    await expectEcho(echo.id);
    expect(serving(await server.until(echo.id, "running"))).toHaveLength(1);
    await server.until(echo.id, isResting);

    await server.stop();
    server = await start();
    expect(isResting(await server.until(echo.id, "running"))).toBe(true);
    expect(await (await server.request("GET", "/plan")).json()).toMatchObject({
      plan: [{ step: { do: "nothing", settled: true } }],
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => expectEcho(echo.id)));
    expect(answers).toHaveLength(5);

    // A process is needed to look at another configuration, and ends again.
    await server.until(echo.id, isResting);
    await server.put({ ...echo, generation: 2, config: { other: 1 } });
    await server.until(echo.id, (report) => report.observedGeneration === 2 && isResting(report));
    await server.put({ ...echo, generation: 3, settings: { replicas: 2 } });
    await server.until(echo.id, (report) => serving(report).length === 2);
    await server.put();
  });

  test("that cannot start any more says why to the call that woke it, and is an error", async () => {
    const slow = wantedPlugin(source, { settings: { idleAfterMs: 300 } });
    await server.put(slow);
    await server.until(slow.id, isResting);
    await server.put({ ...slow, generation: 2, settings: { idleAfterMs: 300, startTimeoutMs: 100 } });
    await server.until(slow.id, (report) => report.observedGeneration === 2 && isResting(report));
    const refused = await server.execute(slow.id, "echo", { text: "x" });
    expect([refused.status, refused.headers.get("x-noxus-started")]).toEqual([503, "no"]);
    expect(await refused.json()).toMatchObject({ data: { reason: "plugin_start_timeout" } });
    expect(await server.get(slow.id)).toMatchObject({ status: "error", failure: { stage: "start" } });
    await server.put();
  });
});

describe("a warm spare", () => {
  test("takes the place of a process that ends, without a start in between, and another one becomes the spare", async () => {
    const echo = wantedPlugin(source, { settings: { warmSpare: true } });
    await server.put(echo);
    const before = await server.until(
      echo.id,
      (report) => serving(report).length === 1 && spareOf(report) !== undefined,
    );
    const [victim] = pidsOf(serving(before));
    const spare = spareOf(before)?.pid;
    const beginsOf = ({ conditions }: PluginReport) =>
      conditions.find(({ type }) => type === "Running")?.since;
    process.kill(victim as number, "SIGKILL");
    await server.until(echo.id, (report) => pidsOf(serving(report)).includes(spare as number));
    await expectEcho(echo.id);
    const after = await server.until(echo.id, (report) => spareOf(report) !== undefined);
    expect(after).toMatchObject({ status: "running", restarts: 1 });
    expect(beginsOf(after)).toBe(beginsOf(before));

    // A spare of an older life would be another plugin than the one that serves.
    await server.request("POST", `/plugins/${echo.id}/reload`);
    await server.until(echo.id, (report) => {
      const all = pidsOf(report.instances);
      return (
        spareOf(report) !== undefined &&
        all.length === 2 &&
        !pidsOf(after.instances).some((pid) => all.includes(pid))
      );
    });
    await server.put({ ...echo, generation: 2, settings: {} });
    await server.until(echo.id, (report) => report.observedGeneration === 2 && report.instances.length === 1);
    await server.put();
  });
});

function serving({ instances }: PluginReport): InstanceReport[] {
  return instances.filter(({ state, spare }) => state === "ready" && !spare);
}

function spareOf({ instances }: PluginReport): InstanceReport | undefined {
  return instances.find(({ spare, state }) => spare && state === "ready");
}

function pidsOf(instances: readonly InstanceReport[]): number[] {
  return instances.map(({ pid }) => pid);
}

function isResting({ instances, conditions, status }: PluginReport): boolean {
  const reason = conditions.find(({ type }) => type === "Running")?.reason;
  return status === "running" && reason === "Idle" && instances.length === 0;
}

async function expectEcho(plugin: string): Promise<void> {
  const answer = await server.execute(plugin, "echo", { text: "still there?" });
  expect([answer.status, await answer.json()]).toMatchObject([200, { outputs: { text: "still there?" } }]);
}

/** Calls without a pause, and gives what failed at its end. */
function callAgainAndAgain(plugin: string): { end(): Promise<string[]> } {
  const failed: string[] = [];
  let ending = false;
  const calls = (async () => {
    while (!ending) {
      const answer = await server.execute(plugin, "echo", { text: "x" });
      const text = await answer.text();
      if (answer.status !== 200) failed.push(text);
    }
  })();
  return {
    async end() {
      ending = true;
      await calls;
      return failed;
    },
  };
}
