/**
 * Installs, crashes, reloads and uninstalls a plugin over and over, every fourth one in Python, and tells whether the plugin
 * server keeps anything: memory, descriptors, processes, files. Ends with code 1 where it does.
 *
 *     node --conditions=noxus-source bench/soak.ts --cycles 1000
 *     node --conditions=noxus-source bench/soak.ts --cycles 1000 --minutes 12 --isolation sandboxed
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type SpawnedPluginServer, spawnPluginServer, wantedPlugin } from "../fixtures/plugin-server.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { treeOf } from "../fixtures/processes.ts";
import { rssOf } from "./memory.ts";
import { type Figure, megabytes, toTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "20" },
    minutes: { type: "string", default: "600" },
    isolation: { type: "string", default: "process" },
  },
});
const cycles = Number(values.cycles);
/** Over then, however many cycles there were. */
const maxMs = Number(values.minutes) * 60_000;

/** Of the first cycles, in which the server's heap finds its size and its code is compiled. */
const warmUp = Math.min(50, Math.ceil(cycles / 4));
/** The server looks at everything twice in it. */
const restMs = 5_000;
/** A heap breathes; what is kept in each cycle goes beyond this within a thousand. */
const mayGrowBytes = 40 * 1024 * 1024;

interface Sample {
  rss: number;
  descriptors: number;
  processes: number;
  files: number;
}

const dataFolder = await mkdtemp(join(tmpdir(), "noxus-soak-"));
const server = await spawnPluginServer({
  dataFolder,
  variables: {
    PLUGIN_SERVER_ISOLATION: values.isolation,
    PLUGIN_SERVER_RESTART_FIRST_MS: "100",
    // As `noxus start` has them.
    MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "1",
    NODE_OPTIONS: process.env.NODE_OPTIONS ?? "--max-semi-space-size=4",
  },
});
try {
  process.exitCode = await soak(server);
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

async function soak(server: SpawnedPluginServer): Promise<number> {
  // Needs the same packages: what is installed stays while the other comes and goes.
  const keeper = wantedPlugin({ type: "local", path: pluginFixture("confined") });
  await server.put(keeper);
  await server.until(keeper.id, "running", 120_000);
  const startedAt = performance.now();
  let before: Sample | undefined;
  let cycle = 0;
  while (cycle < cycles && (performance.now() - startedAt < maxMs || !before)) {
    cycle += 1;
    await oneLife(server, keeper, cycle % 4 === 0 ? "echo" : "typescript/echo");
    if (cycle === warmUp) before = await sample(server);
    if (cycle % 50 === 0)
      console.log(`${cycle} of ${cycles} cycles: ${JSON.stringify(await sample(server))}`);
  }
  const figures = compare(before as Sample, await sampleAtRest(server, before?.files));
  process.stdout.write(toTable(`after ${cycle} cycles, against the first ${warmUp}`, figures));
  return figures.some(({ ok }) => ok === false) ? 1 : 0;
}

/** Installed, called, crashed, back, reloaded, uninstalled. */
async function oneLife(
  server: SpawnedPluginServer,
  keeper: ReturnType<typeof wantedPlugin>,
  fixture: "echo" | "typescript/echo",
): Promise<void> {
  const echo = wantedPlugin({ type: "local", path: pluginFixture(fixture) });
  await server.put(keeper, echo);
  await server.until(echo.id, "running");
  await server.execute(echo.id, "crash", { code: "3" });
  const back = await server.until(echo.id, ({ status, restarts }) => status === "running" && restarts > 0);
  const [crashed] = back.instances;
  await server.request("POST", `/plugins/${echo.id}/reload`);
  await server.until(echo.id, ({ instances: [only, ...others] }) => {
    return others.length === 0 && only?.state === "ready" && only.pid !== crashed?.pid;
  });
  const answer = await server.execute(echo.id, "echo", { text: "x" });
  if (!answer.ok) throw new Error(`the reloaded plugin answered ${answer.status}`);
  await server.put(keeper);
  while ((await server.request("GET", `/plugins/${echo.id}`)).status !== 404);
}

/** After what is unused has been taken away: the server does that in the background. */
async function sampleAtRest(server: SpawnedPluginServer, files = Number.POSITIVE_INFINITY): Promise<Sample> {
  const deadline = performance.now() + restMs;
  for (;;) {
    const now = await sample(server);
    if (now.files <= files || performance.now() > deadline) return now;
    await delay(50);
  }
}

async function sample({ pid }: SpawnedPluginServer): Promise<Sample> {
  const count = async (folder: string) => (await readdir(join(dataFolder, "plugin-server", folder))).length;
  const folders = ["releases", "environments", "scratch", "plugins", "logs", "tmp"];
  return {
    rss: await rssOf(pid),
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    processes: treeOf(pid).length,
    files: (await Promise.all(folders.map(count))).reduce((sum, each) => sum + each, 0),
  };
}

function compare(before: Sample, after: Sample): Figure[] {
  const grown = after.rss - before.rss;
  const same = (name: "descriptors" | "processes" | "files", slack: number): Figure => ({
    name,
    value: `${before[name]} → ${after[name]}`,
    target: slack === 0 ? "the same" : `+${slack} at most`,
    ok: after[name] - before[name] <= slack,
  });
  return [
    {
      name: "memory of the server (RSS)",
      value: `${megabytes(before.rss)} → ${megabytes(after.rss)}`,
      target: `+${megabytes(mayGrowBytes)} at most`,
      ok: grown <= mayGrowBytes,
    },
    // Connections of this very program to the server are among them, and come and go.
    same("descriptors", 5),
    same("processes", 0),
    same("files", 0),
  ];
}
