import { readFileSync } from "node:fs";
import { preparePlugin, warmEngine } from "../fixtures/engine.ts";
import { type SpawnedPluginServer, spawnPluginServer, wantedPlugin } from "../fixtures/plugin-server.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { killNow } from "../fixtures/processes.ts";
import type { DesiredPluginInput, PluginReport } from "../packages/contracts/src/index.ts";
import { DirectStdioPlugin } from "./direct.ts";
import { median } from "./load.ts";
import { type Figure, ms, seconds, times } from "./table.ts";

const count = 8;
const source = { type: "local" as const, path: pluginFixture("echo") };

/** From kill -9 of a plugin's process to the next call that succeeds: with one process, with two, and with a spare. */
export async function crashes(): Promise<Figure[]> {
  const variables = { PLUGIN_SERVER_RESTART_FIRST_MS: "1", PLUGIN_SERVER_RESTART_CAP_MS: "1" };
  const server = await spawnPluginServer({ variables });
  try {
    return [
      await alone(server),
      ...(await withAnother(server, "2 replicas", { replicas: 2 })),
      ...(await withAnother(server, "a warm spare", { warmSpare: true })),
    ];
  } finally {
    await server.stop();
  }
}

/** Against the plugin's own start, from spawn to its first answer, with nothing in between; the two in turn. */
async function alone(server: SpawnedPluginServer): Promise<Figure> {
  const echo = wantedPlugin(source);
  await server.put(echo);
  await server.until(echo.id, isWhole(1), 120_000);
  const prepared = await preparePlugin(warmEngine(), "echo");
  const [own, again]: [number[], number[]] = [[], []];
  for (let n = 0; n < count; n += 1) {
    own.push(await ownStart(prepared));
    const { begun } = await kill(server, await server.until(echo.id, isWhole(1)));
    // One that was on its way to the dying process fails; it is not ours to make it again.
    while ((await server.execute(echo.id, "echo", { text: "x" })).status !== 200);
    again.push(performance.now() - begun);
  }
  const ratio = median(again.map((took, n) => took / (own[n] ?? 0)));
  return {
    name: `killed, one process: the next call's answer, p50 of ${count}`,
    value: `${seconds(median(again))}, ${times(ratio)} the plugin's own start (${seconds(median(own))})`,
    target: "≤ 1.2×",
    ok: ratio <= 1.2,
  };
}

async function ownStart(prepared: Awaited<ReturnType<typeof preparePlugin>>): Promise<number> {
  const launch = await prepared.launch();
  const begun = performance.now();
  const plugin = new DirectStdioPlugin(launch);
  await plugin.call("manifest", {});
  const took = performance.now() - begun;
  await plugin.stop();
  await launch.removeScratch();
  return took;
}

/** Calls one after another, from the death of one process on. */
async function withAnother(
  server: SpawnedPluginServer,
  name: string,
  settings: DesiredPluginInput["settings"],
): Promise<Figure[]> {
  const echo = wantedPlugin(source, { settings });
  await server.put(echo);
  const gaps: number[] = [];
  const slowest: number[] = [];
  let failed = 0;
  for (let n = 0; n < count; n += 1) {
    const { begun, pid } = await kill(server, await server.until(echo.id, isWhole(2), 120_000));
    while (isAlive(pid));
    const first = performance.now();
    const calls: { status: number; took: number }[] = [];
    while (performance.now() - first < 500) {
      const since = performance.now();
      const { status } = await server.execute(echo.id, "echo", { text: "x" });
      calls.push({ status, took: performance.now() - since });
      if (calls.length === 1) gaps.push(performance.now() - begun);
    }
    failed += calls.filter(({ status }) => status !== 200).length;
    slowest.push(Math.max(...calls.map(({ took }) => took)));
  }
  const most = Math.max(...gaps);
  return [
    {
      name: `killed, ${name}: the next call's answer, p50 / most of ${count}`,
      value: `${ms(median(gaps))} / ${ms(most)}; slowest call of the next 500 ms, p50 ${ms(median(slowest))}`,
      target: "< 100 ms",
      ok: most < 100,
    },
    { name: `killed, ${name}: new calls that fail`, value: String(failed), target: "0", ok: failed === 0 },
  ];
}

/** All its processes are ready. */
function isWhole(processes: number) {
  return ({ status, instances }: PluginReport) =>
    status === "running" &&
    instances.length === processes &&
    instances.every(({ state }) => state === "ready");
}

/** A killed process goes on for some milliseconds, and what is sent to it then may have reached it. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Kills the process that serves. */
async function kill(
  server: SpawnedPluginServer,
  report: PluginReport,
): Promise<{ begun: number; pid: number }> {
  const victim = report.instances.find(({ spare }) => !spare);
  // One call before, so that no connection has to be made for the next one.
  await server.execute(report.id, "echo", { text: "x" });
  const begun = performance.now();
  if (!victim || !killNow(victim.pid)) throw new Error("There was no process to kill.");
  return { begun, pid: victim.pid };
}
