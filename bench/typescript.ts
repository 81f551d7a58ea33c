import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePlugin, warmNodeEngine } from "../fixtures/engine.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import type { Plugin, Run } from "../packages/contracts/src/index.ts";
import { type ForwardingTarget, stdioForwarding } from "./forwarding.ts";
import { phasesOf } from "./installing.ts";
import { percentile } from "./load.ts";
import type { Product } from "./product.ts";
import { type Figure, ms, seconds } from "./table.ts";
import { fourNodes } from "./workflows.ts";

/** A TypeScript plugin: from its folder to ready, again after a change, and its calls through the plugin server. */
export async function typescript(
  product: Product,
  targetOf: (plugin: Plugin) => Promise<ForwardingTarget>,
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "noxus-bench-typescript-"));
  await cp(pluginFixture("typescript/echo"), folder, { recursive: true });
  try {
    const startedAt = performance.now();
    const plugin = await product.install({ source: { type: "local", path: folder } });
    const installed = performance.now() - startedAt;
    const reloads = await reloadTimes(product, plugin, folder);
    const figures = [...(await hotCall(product)), ...(await direct(await targetOf(plugin)))];
    await product.uninstall(plugin.id);
    await product.untilGone(plugin.id);
    return [
      { name: "install, no packages of its own", value: `${seconds(installed)} (${phasesOf(plugin)})` },
      ...reloads,
      ...figures,
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the saved file to the new process serving, as an author waits for it. */
async function reloadTimes(product: Product, { id }: Plugin, folder: string): Promise<Figure[]> {
  const [file, took, starts] = [join(folder, "index.ts"), [] as number[], [] as number[]];
  const source = await readFile(file, "utf8");
  for (let change = 0; change < 7; change += 1) {
    const since = new Date();
    const startedAt = performance.now();
    await writeFile(file, source.replace("Gives back its text", `Gives back its text (${change})`));
    await product.request(`/v1/plugins/${id}/reload`, { method: "POST" });
    const { report } = await product.untilRunning(id, { since });
    took.push(performance.now() - startedAt);
    starts.push(report?.phases.findLast(({ name }) => name === "start")?.durationMs ?? 0);
  }
  const [reload, start] = [percentile(took, 0.5), percentile(starts, 0.5)];
  return [
    { name: "reload after a save, p50 of 7", value: seconds(reload), target: "< 1 s", ok: reload < 1000 },
    { name: "of it from spawn to ready, p50", value: ms(start), target: "< 300 ms", ok: start < 300 },
  ];
}

/** What the worker measures of a node's call: to the plugin server, through the plugin, and back. */
async function hotCall(product: Product): Promise<Figure[]> {
  const workflow = await product.request<{ id: string }>("/v1/workflows", {
    method: "POST",
    body: fourNodes,
  });
  const calls: number[] = [];
  for (let n = 0; n < 60; n += 1) {
    const body = { input: { text: "x" } };
    const run = await product.request<Run>(`/v1/workflows/${workflow.id}/runs`, { method: "POST", body });
    await product.untilRunEnds(run.id);
    const { nodes } = await product.request<{ nodes: { node_id: string; call_ms: number }[] }>(
      `/v1/runs/${run.id}/data`,
    );
    calls.push(...nodes.filter(({ node_id }) => node_id === "echo").map(({ call_ms }) => call_ms));
  }
  const p50 = percentile(calls.slice(10), 0.5);
  const value = `p50 ${ms(p50)}, p95 ${ms(percentile(calls.slice(10), 0.95))}`;
  return [{ name: "hot call, worker → server → plugin", value, target: "p50 < 5 ms", ok: p50 < 5 }];
}

async function direct(target: ForwardingTarget): Promise<Figure[]> {
  const echo = await preparePlugin(warmNodeEngine(), "typescript/echo");
  const launch = await echo.launch();
  try {
    return await stdioForwarding(target, launch);
  } finally {
    await launch.removeScratch();
  }
}
