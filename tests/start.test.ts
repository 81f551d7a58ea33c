import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runNoxus, type StartedNoxus, startNoxus } from "../fixtures/noxus-command.ts";

/** The life of `noxus start`: what it does when things are killed, taken, or in the way. */
// Several whole starts a test, on two cores that other tests share.
vi.setConfig({ testTimeout: 180_000 });
let cwd: string;
let workflow: string;
let started: StartedNoxus[] = [];

/** Built-in nodes only: no plugin is needed. */
const hello = {
  nodes: [
    { id: "in", type: "InputNode", node_config: { label: "name" } },
    { id: "out", type: "OutputNode", node_config: { label: "greeting" } },
  ],
  edges: [
    {
      from_id: { node_id: "in", connector_name: "output" },
      to_id: { node_id: "out", connector_name: "input" },
    },
  ],
};

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-start-"));
  workflow = join(cwd, "hello.json");
  writeFileSync(workflow, JSON.stringify({ name: "hello", definition: hello }));
});
afterEach(async () => {
  await Promise.all(started.map((noxus) => noxus.stop()));
  started = [];
  rmSync(cwd, { recursive: true, force: true });
});

async function start(): Promise<StartedNoxus> {
  const noxus = await startNoxus(["--no-examples"], { cwd });
  started.push(noxus);
  return noxus;
}

test("killed with -9, it is started again at once and goes on with what was there", async () => {
  const first = await start();
  expect(await runNoxus(["workflow", "create", workflow], { cwd })).toMatchObject({ code: 0 });
  const before = Object.values(childrenOf(first.pid));
  started = [];
  process.kill(first.pid, "SIGKILL");
  const second = await start();
  expect(before.filter(isRunning)).toEqual([]);
  expect(Object.keys(childrenOf(second.pid)).sort()).toEqual(["platform", "plugin-server", "worker"]);
  expect((await runNoxus(["workflow", "list"], { cwd })).stdout).toContain("hello");
});

test("killed with -9, its programs end by themselves", async () => {
  const noxus = await start();
  const programs = Object.values(childrenOf(noxus.pid));
  started = [];
  process.kill(noxus.pid, "SIGKILL");
  for (const pid of programs) await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000 });
  // PostgreSQL outlives it on purpose; the next start adopts it, and its stop ends it.
  await start();
});

test("each program that is killed comes back by itself, and PostgreSQL too", async () => {
  const noxus = await start();
  const before = childrenOf(noxus.pid);
  const postmaster = join(noxus.dataFolder, "postgres/data/postmaster.pid");
  const postgres = Number(readFileSync(postmaster, "utf8").split("\n")[0]);
  for (const pid of [...Object.values(before), postgres]) process.kill(pid, "SIGKILL");
  const works = async () => expect((await runNoxus(["plugin", "list"], { cwd })).code).toBe(0);
  await vi.waitFor(works, { timeout: 40_000, interval: 500 });
  const allNew = () => {
    const now = childrenOf(noxus.pid);
    expect(Object.keys(now).sort()).toEqual(["platform", "plugin-server", "worker"]);
    expect(Object.values(now).filter((pid) => Object.values(before).includes(pid))).toEqual([]);
  };
  await vi.waitFor(allNew, { timeout: 20_000, interval: 200 });
});

test("a second start in the same data folder says who has it, and leaves the first alone", async () => {
  const noxus = await start();
  const { code, stderr } = await runNoxus(["start", "--no-examples", "--port", "0"], { cwd });
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`process ${noxus.pid}`),
  });
  expect(stderr).toContain(noxus.dataFolder);
  expect((await runNoxus(["plugin", "list"], { cwd })).code).toBe(0);
});

test("stopped in order it ends with 0, and leaves no process behind", async () => {
  const noxus = await start();
  const pids = Object.values(childrenOf(noxus.pid));
  expect(pids).toHaveLength(3);
  started = [];
  expect(await noxus.stop()).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(existsSync(join(noxus.dataFolder, "postgres/data/postmaster.pid"))).toBe(false);
});

test("a port that is taken ends the start with who has it, and PostgreSQL is stopped again", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const env = { PLUGIN_SERVER_PORT: "0" };
  const { code, stderr } = await runNoxus(["start", "--no-examples", "--port", String(port)], { cwd, env });
  server.close();
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port}`) });
  expect(stderr).toContain(`pid ${process.pid}`);
  expect(existsSync(join(cwd, ".noxus/postgres/data/postmaster.pid"))).toBe(false);
});

/** The programs that a process supervises, by name. */
function childrenOf(pid: number): Record<string, number> {
  const rows = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" }).split(
    "\n",
  );
  const found = rows.flatMap((row) => {
    const [, child, name] = /^\s*(\d+).*\/([\w-]+)\/(?:src|dist)\/main\.[jt]s/.exec(row) ?? [];
    return child && name ? [[name, Number(child)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** A dead process whose parent is dead too may stay as a zombie where nobody collects it. */
function isRunning(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}
