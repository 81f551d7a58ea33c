import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";
import { testFolder } from "../../../../fixtures/script-plugin.ts";
import { markedProcesses } from "../instances/process-tree.ts";
import { findBubblewrap } from "./bubblewrap.ts";
import { claimFolder } from "./claim-folder.ts";
import { userOf } from "./plugin-user.ts";
import { probeSandbox } from "./probe-sandbox.ts";

const bwrap = findBubblewrap(process.env.PATH);
const missing = await probeSandbox(bwrap, tmpdir());
const isRoot = process.getuid?.() === 0;

interface Results {
  read: Record<string, string>;
  write: Record<string, string>;
  fork: string | null;
  uid: number;
  processes: number[];
  status: string;
  environment: string[];
  cwd: string;
}

async function tryIn(server: TestPluginServer, plugin: string, tries: object): Promise<Results> {
  const response = await server.execute(plugin, "try", { tries });
  const { outputs } = (await response.json()) as { outputs: { results: Results } };
  return outputs.results;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
}

/** Skipped by doing, with the reason that a user would be told. */
describe.skipIf(missing !== undefined)(`a sandboxed plugin${missing ? ` (${missing})` : ""}`, () => {
  let server: TestPluginServer;
  let dataFolder: string;
  const source = { type: "local", path: pluginFixture("confined") } as const;
  const stdio = wantedPlugin(source);
  const echo = wantedPlugin(
    { type: "local", path: pluginFixture("echo") },
    { settings: { transport: "http" } },
  );
  const typescript = wantedPlugin({ type: "local", path: pluginFixture("typescript/with-dependency") });

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), "noxus-isolation-"));
    server = await startPluginServer({
      dataFolder,
      variables: { PLUGIN_SERVER_ISOLATION: "sandboxed", PLUGIN_SERVER_MAX_PROCESSES: "64" },
    });
    await server.put(stdio, echo, typescript);
    await Promise.all([stdio, echo, typescript].map(({ id }) => server.until(id, "running")));
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  test("runs in TypeScript, with its packages", async () => {
    const answer = await server.execute("with-dependency", "compare", { one: "kitten", other: "sitting" });
    expect(await answer.json()).toMatchObject({ outputs: { difference: "3" } });
    expect(await server.get("with-dependency")).toMatchObject({ engine: "node", isolation: "sandboxed" });
  });

  test("runs on both transports and says its level", async () => {
    expect(await server.get("confined")).toMatchObject({ transport: "stdio", isolation: "sandboxed" });
    expect(await server.get("echo")).toMatchObject({ transport: "http", isolation: "sandboxed" });
    const answer = await server.execute("echo", "echo", { text: "hello" });
    expect(await answer.json()).toMatchObject({ outputs: { text: "hello" } });
  });

  test("reads its code, and neither the server's data, other plugins, nor anybody's home", async () => {
    const { release } = await server.get("confined");
    const other = await server.get("echo");
    const root = join(dataFolder, "plugin-server");
    const own = join(root, "releases", release as string);
    const closed = [
      join(root, "api-key"),
      join(root, "plugins"),
      join(root, "logs"),
      join(root, "releases", other.release as string),
      ...(await filesOf(homedir())),
      "/etc/shadow",
    ];
    const { read, write } = await tryIn(server, "confined", {
      read: [own, ...closed],
      write: [own, root, "/usr"],
    });
    expect(read[own]).toBe("listed");
    for (const path of closed)
      expect([path, read[path]]).toEqual([path, expect.stringMatching(/^E(NOENT|ACCES|PERM)$/)]);
    for (const path of [own, root, "/usr"])
      expect([path, write[path]]).toEqual([path, expect.stringMatching(/^E(ROFS|NOENT|ACCES|PERM|ISDIR)$/)]);
  });

  test("writes its own folder, and sees no process but its own", async () => {
    const first = await tryIn(server, "confined", {});
    const { write, processes, uid, status, environment } = await tryIn(server, "confined", {
      write: [first.cwd],
    });
    expect(write[first.cwd]).toBe("written");
    expect(processes.length).toBeLessThan(10);
    expect(Math.max(...processes)).toBeLessThan(1_000);
    if (isRoot) expect(uid).toBeGreaterThanOrEqual(0x7000_0000);
    expect(status).toMatch(/^CapEff:\s*0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
    expect(environment.filter((name) => /KEY|SECRET|DATABASE|PLATFORM/.test(name))).toEqual([]);
  });

  test("forks no more than its limit, and answers on", async () => {
    const { fork } = await tryIn(server, "confined", { fork: 200 });
    expect(fork).toBe("EAGAIN");
    expect((await tryIn(server, "confined", { fork: 5 })).fork).toBe("forked");
  });

  test("is asked to stop, not killed, and takes its daemons with it", async () => {
    await tryIn(server, "confined", { daemon: true });
    const { instances } = await server.get("confined");
    const pid = instances[0]?.pid as number;
    const marker = /NOXUS_INSTANCE=([^\0]+)/.exec(await readFile(`/proc/${pid}/environ`, "latin1"))?.[1];
    await server.request("POST", "/plugins/confined/reload");
    await server.until("confined", (report) => report.instances.every((one) => one.pid !== pid));
    await expect.poll(() => markedProcesses((found) => found === marker)).toEqual([]);
    const { instances: now } = await server.get("confined");
    expect(now).toHaveLength(1);
  });

  test("that dies tells its exit code, and a signal as a signal", async () => {
    await server.execute("echo", "crash", { code: "7" });
    const died = await server.until("echo", ({ restarts }) => restarts === 1);
    expect(died.failure ?? { exitCode: 7 }).toMatchObject({ exitCode: 7 });
    const log = await (await server.request("GET", "/plugins/echo/logs")).text();
    expect(log).toContain("process ended with exit code 7");
  });
});

/** A server program with a sandboxed plugin that has a daemon and a child in a session of its own, and no watchdog. */
const serverProgram = (bwrap: string, folder: string, marker: string) => `
  import { spawn } from "node:child_process";
  import { bubblewrapArguments } from "${new URL("./bubblewrap.ts", import.meta.url)}";
  const script = "(sleep 300 &) ; setsid sleep 300 & sleep 300";
  const user = process.getuid() === 0 ? ${userOf("killed")} : undefined;
  const args = bubblewrapArguments({
    command: "/bin/sh", args: ["-c", script], folder: ${JSON.stringify(folder)}, readable: [], user, maxProcesses: 64,
  });
  spawn("${bwrap}", args, { detached: true, stdio: "ignore", env: { NOXUS_INSTANCE: "${marker}", PATH: process.env.PATH } });
  setInterval(() => {}, 1000);`;

describe.skipIf(missing !== undefined)("a server with a sandboxed plugin that is killed", () => {
  test("leaves none of its processes behind, daemons included, though nobody sweeps", async () => {
    await using folder = await testFolder();
    if (isRoot) claimFolder(folder.path, userOf("killed"));
    const marker = `killed${process.pid}.${Date.now()}`;
    const program = serverProgram(bwrap as string, folder.path, marker);
    const server = spawn(
      process.execPath,
      ["--conditions=noxus-source", "--input-type=module-typescript", "-e", program],
      { stdio: "ignore", cwd: import.meta.dirname },
    );
    const alive = () => markedProcesses((found) => found === marker);
    // The sandbox's two, the shell, and its three.
    await expect.poll(async () => (await alive()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(6);
    server.kill("SIGKILL");
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  });
});

describe("without sandboxes", () => {
  test("a server that must have them starts no plugin, and says what is missing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "noxus-isolation-"));
    const { PATH } = process.env;
    // A bwrap that refuses, as where user namespaces are switched off.
    await writeFile(join(folder, "bwrap"), "#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n", {
      mode: 0o755,
    });
    process.env.PATH = `${folder}:${PATH}`;
    const server = await startPluginServer({ variables: { PLUGIN_SERVER_MINIMUM_ISOLATION: "sandboxed" } });
    try {
      const echo = wantedPlugin({ type: "local", path: pluginFixture("echo") });
      await server.put(echo);
      const { failure } = await server.until(echo.id, "error");
      expect(failure).toMatchObject({ code: "isolation_unavailable", stage: "start" });
      expect(failure?.message).toContain("no namespaces here");
      expect(failure?.nextAttemptAt).toBeUndefined();
    } finally {
      process.env.PATH = PATH;
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("plugins run as processes, and say how to get more", async () => {
    await using server = Object.assign(await startPluginServer(), {
      async [Symbol.asyncDispose]() {
        await server.stop();
      },
    });
    const echo = wantedPlugin({ type: "local", path: pluginFixture("echo") });
    await server.put(echo);
    expect(await server.until(echo.id, "running")).toMatchObject({
      isolation: "process",
      isolationMissing: expect.stringContaining("PLUGIN_SERVER_ISOLATION=sandboxed"),
    });
  });
});
