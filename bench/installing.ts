import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pluginFixture } from "../fixtures/plugins.ts";
import type { Plugin } from "../packages/contracts/src/index.ts";
import type { Product } from "./product.ts";
import { type Figure, seconds } from "./table.ts";

/** From the request to `running`, with the time of each phase: first with what uv has cached, then with the environment there. */
export async function installing(product: Product): Promise<Figure[]> {
  const first = await timedInstall(product, pluginFixture("echo"));
  const again = await timedInstall(product, pluginFixture("echo"));
  return [
    { name: "install, warm uv cache", ...first, target: "< 4 s", ok: first.tookMs < 4000 },
    { name: "install again, environment there", ...again },
  ];
}

async function timedInstall(product: Product, folder: string): Promise<{ value: string; tookMs: number }> {
  const startedAt = performance.now();
  const plugin = await product.install({ source: { type: "local", path: folder } });
  const tookMs = performance.now() - startedAt;
  await product.uninstall(plugin.id);
  await product.untilGone(plugin.id);
  return { value: `${seconds(tookMs)} (${phasesOf(plugin)})`, tookMs };
}

export function phasesOf({ report }: Plugin): string {
  return (report?.phases ?? [])
    .map(({ name, durationMs, reused }) => `${name} ${reused ? "there" : seconds(durationMs ?? 0)}`)
    .join(", ");
}

/** A restart of the product with this many plugins: ms from the command's start to the first and to the last `running`. */
export async function restarting(product: Product, counts: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const installed: Plugin[] = [];
  for (const count of counts) {
    while (installed.length < count) installed.push(await installCopy(product, installed.length));
    await product.stop();
    const [startedAt, since] = [performance.now(), new Date()];
    const readyMs = await product.start();
    const { plugins, firstAt, allAt } = await untilAllRun(product, { count, since });
    const installs = plugins.reduce((sum, plugin) => sum + installsOf(plugin), 0);
    const [firstMs, allMs] = [firstAt - startedAt, allAt - startedAt];
    figures.push({
      name: `restart with ${count} plugin${count === 1 ? "" : "s"}`,
      value: `programs ${seconds(readyMs)}, first plugin ${seconds(firstMs)}, all ${seconds(allMs)}, installed anew: ${installs}`,
      target: `first < 2.5 s, all ${seconds(700 * Math.max(count, 5))}, 0 installs`,
      ok: installs === 0 && firstMs < 2_500 && allMs <= 700 * Math.max(count, 5),
    });
  }
  for (const { id } of installed) await product.uninstall(id);
  return figures;
}

/** One request tells of all: twenty who ask for one each would take the processor from those who start. */
async function untilAllRun(
  product: Product,
  { count, since }: { count: number; since: Date },
): Promise<{ plugins: Plugin[]; firstAt: number; allAt: number }> {
  const isRunning = ({ status, report }: Plugin) =>
    status === "running" && report?.instances.some(({ startedAt }) => new Date(startedAt) > since);
  let firstAt: number | undefined;
  for (const deadline = performance.now() + 180_000; ; await setTimeout(50)) {
    const { items } = await product.request<{ items: Plugin[] }>("/v1/plugins?size=100");
    const running = items.filter(isRunning);
    if (running.length > 0) firstAt ??= performance.now();
    if (firstAt && running.length === count) return { plugins: items, firstAt, allAt: performance.now() };
    if (performance.now() > deadline) throw new Error(`${running.length} of ${count} plugins run.`);
  }
}

const installsOf = ({ report }: Plugin): number =>
  (report?.phases ?? []).filter(({ name, reused }) => (name === "fetch" || name === "environment") && !reused)
    .length;

/** Copies differ by name, so that they are plugins of their own; their environments are one. */
async function installCopy(product: Product, index: number): Promise<Plugin> {
  const folder = await mkdtemp(join(tmpdir(), "noxus-bench-plugin-"));
  try {
    await cp(pluginFixture("echo"), folder, { recursive: true });
    await renamePlugin(folder, `echo-${index}`);
    return await product.install({ source: { type: "local", path: folder } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renamePlugin(folder: string, name: string): Promise<void> {
  for (const file of ["pyproject.toml", "echo/__init__.py"]) {
    const path = join(folder, file);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/^(\s*name = )"echo"/m, `$1"${name}"`));
  }
}
