import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type SpawnedPluginServer, spawnPluginServer, wantedPlugin } from "../fixtures/plugin-server.ts";
import type { DesiredPluginInput, PluginReport } from "../packages/contracts/src/index.ts";
import { secondsOf } from "./cpu-time.ts";
import { type Figure, ms } from "./table.ts";

const count = 200;
const repeats = 20;
const tickMs = 1_000;

/**
 * What it costs to find that nothing is to be done for 200 plugins that are installed, with release and environment on
 * disk and without a process, because nobody calls them.
 */
export async function reconcile(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "noxus-bench-reconcile-"));
  const server = await spawnPluginServer({ variables: { PLUGIN_SERVER_TICK_MS: String(tickMs) } });
  try {
    const plugins = await Promise.all(Array.from({ length: count }, (_, n) => createPlugin(folder, n)));
    await server.put(...plugins);
    await untilAllRest(server);
    const ticks = await cpuMs(server, () => setTimeout(tickMs));
    const lists = await cpuMs(server, () => server.put(...plugins));
    // Ticks go on meanwhile; what a second of them costs is part of both.
    return [
      figure(`a look at ${count} unchanged installed plugins and their files, in every tick`, ticks),
      figure(`the same list of ${count} installed plugins again`, lists),
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function figure(name: string, tookMs: number): Figure {
  return { name, value: `${ms(tookMs)} of processor time`, target: "< 50 ms", ok: tookMs < 50 };
}

async function createPlugin(root: string, n: number): Promise<DesiredPluginInput> {
  const [name, path] = [`bench-${n}`, join(root, String(n))];
  await mkdir(path);
  const project = { name, version: "1.0.0", type: "module", main: "index.ts" };
  await writeFile(join(path, "package.json"), JSON.stringify(project));
  await writeFile(
    join(path, "index.ts"),
    `import { data, defineNode, definePlugin } from "@noxus/sdk";
const text = { text: data.text() };
const echo = defineNode({ name: "echo", title: "Echo", inputs: text, outputs: text, call: (_, { inputs }) => inputs });
export default definePlugin({ name: "${name}", displayName: "${name}", version: "1.0.0", description: "", author: "", nodes: [echo] });
`,
  );
  return wantedPlugin({ type: "local", path }, { settings: { idleAfterMs: 100 } });
}

/** Installed, started once, and without a process since. */
async function untilAllRest(server: SpawnedPluginServer): Promise<void> {
  for (const deadline = performance.now() + 300_000; ; await setTimeout(1_000)) {
    const response = await server.request("GET", "/plugins");
    const { plugins } = (await response.json()) as { plugins: PluginReport[] };
    const resting = plugins.filter(({ status, instances }) => status === "running" && instances.length === 0);
    if (resting.length === count) return;
    if (performance.now() > deadline) throw new Error(`${resting.length} of ${count} plugins are at rest.`);
  }
}

/** Of the server, each time: Linux counts in hundredths of a second, so one time alone says nothing. */
async function cpuMs({ pid }: SpawnedPluginServer, work: () => Promise<void>): Promise<number> {
  const before = secondsOf(pid);
  for (let n = 0; n < repeats; n += 1) await work();
  return ((secondsOf(pid) - before) * 1_000) / repeats;
}
