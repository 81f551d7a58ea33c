import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnvironment } from "@noxus/contracts";
import { identify } from "@noxus/service";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../fixtures/git-server.ts";
import {
  type SpawnedPluginServer,
  spawnPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../fixtures/plugins.ts";
import { processesOf } from "../../../fixtures/processes.ts";
import { pluginServerEnvironmentSchema } from "./environment.ts";
import { runPluginServer } from "./program.ts";

let git: GitServer;
let repository: Repository;
let dataFolder: string;
const open = new Set<TestPluginServer>();

beforeAll(async () => {
  git = await startGitServer();
  repository = await git.createRepository({ name: "team/plugins" });
  await git.commitFolder(repository, pluginFixture("echo"), { under: "plugins/echo" });
  dataFolder = await mkdtemp(join(tmpdir(), "noxus-program-"));
});
afterEach(async () => {
  for (const server of open) await server.stop();
  open.clear();
});
afterAll(async () => {
  await git.close();
  await rm(dataFolder, { recursive: true, force: true });
});

const echo = wantedPlugin({ type: "git", repo_url: "", path: "plugins/echo" });

describe("a plugin server as a process", () => {
  test("installs from Git; a restart, and a kill -9, install nothing and leave no process behind", async () => {
    echo.source = { type: "git", repo_url: repository.url, path: "plugins/echo" };
    const first = await start();
    await first.put(echo);
    const installed = await first.until(echo.id, "running");
    expect(installed).toMatchObject({ name: "echo", generation: 1, observedGeneration: 1 });
    expect(installed.phases.map(({ name }) => name)).toEqual(["fetch", "environment", "start", "ready"]);
    expect(installed.commit).toMatch(/^[0-9a-f]{40}$/);
    await expectEcho(first);
    await end(first);
    await expectGone(installed.instances[0]?.pid);

    const requests = git.requests.length;
    const second = await start();
    const again = await second.until(echo.id, "running");
    expect(again.phases.map(({ name, reused }) => [name, reused ?? false])).toEqual([
      ["fetch", true],
      ["environment", true],
      ["start", false],
      ["ready", false],
    ]);
    const orphan = again.instances[0]?.pid;
    await second.kill();
    open.delete(second);

    const third = await start();
    await third.until(echo.id, "running");
    await expectGone(orphan);
    await expectEcho(third);
    expect(git.requests.length).toBe(requests);
  });

  test("that is killed takes what it was installing with along: Git, and a plugin's setup command", async () => {
    const slow = await git.createRepository({ name: "team/slow" });
    await git.commitFolder(slow, pluginFixture("setup-fails"));
    const code = await readFile(join(pluginFixture("setup-fails"), "setup_fails", "__init__.py"), "utf8");
    const setup = code.replace(/setup_command = .*/, 'setup_command = "setsid sleep 301 & sleep 302"');
    await git.commit(slow, { files: { "setup_fails/__init__.py": setup } });
    const stuck = await git.createRepository({ name: "team/stuck" });
    await git.commitFolder(stuck, pluginFixture("echo"));
    git.behave(stuck, { kind: "hang" });
    const folder = await mkdtemp(join(tmpdir(), "noxus-program-killed-"));
    const server = await spawnPluginServer({ dataFolder: folder, ownEnvironments: true });
    const source = ({ url }: Repository) => ({ type: "git" as const, repo_url: url });
    await server.put(wantedPlugin(source(slow)), wantedPlugin(source(stuck)));
    const work = () => processesOf(folder).filter(({ pid }) => pid !== server.pid);
    const words = () =>
      work()
        .map(({ command }) => command.join(" "))
        .join("\n");
    await expect.poll(words, { timeout: 40_000 }).toContain("sleep 301");
    expect(words()).toContain("git-remote-http");
    await server.kill();
    await expect.poll(words).toBe("");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test("refuses a data folder in use and names the other's process", async () => {
    const server = await start();
    const environment = parseEnvironment(pluginServerEnvironmentSchema, { NOXUS_DATA_FOLDER: dataFolder });
    const second = runPluginServer(environment, {
      machine: process.env,
      signal: new AbortController().signal,
    });
    await expect(second).rejects.toMatchObject({ code: "data_folder_in_use", data: { pid: server.pid } });
  });

  test("refuses a port in use before it starts any plugin", async () => {
    const server = await start();
    const port = new URL(server.url).port;
    const folder = await mkdtemp(join(tmpdir(), "noxus-port-"));
    const starting = spawnPluginServer({ dataFolder: folder, variables: { PLUGIN_SERVER_PORT: port } });
    await expect(starting).rejects.toThrow(new RegExp(`Port ${port} .* is in use`));
    await rm(folder, { recursive: true });
  });
});

async function start(): Promise<SpawnedPluginServer> {
  const server = await spawnPluginServer({ dataFolder });
  open.add(server);
  return server;
}

async function end(server: TestPluginServer): Promise<void> {
  open.delete(server);
  await server.stop();
}

async function expectEcho(server: TestPluginServer): Promise<void> {
  const response = await server.execute("echo", "echo", { text: "hello" });
  expect(await response.json()).toMatchObject({ success: true, outputs: { text: "hello" } });
}

/** Also of one whose parent was killed: it is there as a zombie until init has collected it. */
async function expectGone(pid: number | undefined): Promise<void> {
  expect(pid).toBeTypeOf("number");
  expect(await identify(pid as number)).toBeUndefined();
}
