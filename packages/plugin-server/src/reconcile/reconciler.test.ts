import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PluginReport } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

const waitFor = { timeout: 40_000, interval: 20 };
let git: GitServer;
let server: TestPluginServer;

beforeAll(async () => {
  git = await startGitServer();
  // So long that no test sees a second try that it did not ask for.
  server = await startPluginServer({ variables: { PLUGIN_SERVER_RESTART_FIRST_MS: "300000" } });
});
afterEach(async () => {
  await server.put();
  await vi.waitUntil(async () => (await server.list()).length === 0, waitFor);
});
afterAll(async () => {
  await server.stop();
  await git.close();
});

const local = (fixture: string) => ({ type: "local" as const, path: pluginFixture(fixture) });

describe("installing", () => {
  test("from a marketplace with a version, and from a folder, side by side; both are called over their transport", async () => {
    const market = await git.createRepository({ name: "market" });
    await git.commitFolder(market, pluginFixture("with-integration"), { under: "with-integration" });
    const bought = wantedPlugin({ type: "marketplace", name: "with-integration", repo_url: market.url });
    const own = wantedPlugin(local("echo"), { settings: { sdkRelease: "0.5.5" } });
    await server.put(bought, own);
    expect(await server.until(bought.id, "running")).toMatchObject({
      transport: "stdio",
      commit: expect.any(String),
    });
    expect(await server.until(own.id, "running")).toMatchObject({
      transport: "http",
      sdk: { release: "0.5.5" },
    });
    expect((await server.execute("echo", "echo", { text: "over http" })).status).toBe(200);
  });

  test("the same list twice, and an older one, are no work", async () => {
    const echo = wantedPlugin(local("echo"));
    await server.put(echo);
    const before = await server.until(echo.id, "running");
    await server.put(echo);
    await server.request("PUT", "/plugins", { revision: 1, plugins: [] });
    const { plan } = (await (await server.request("GET", "/plan")).json()) as { plan: { step: unknown }[] };
    expect(plan).toMatchObject([{ step: { do: "nothing", settled: true } }]);
    expect(await server.get(echo.id)).toEqual(before);
  });

  test("a source that hangs delays neither another plugin nor its own next source", async () => {
    const hanging = await repositoryOf("echo");
    git.behave(hanging, { kind: "hang" });
    const stuck = wantedPlugin({ type: "git", repo_url: hanging.url });
    const other = wantedPlugin(local("with-integration"));
    await server.put(stuck, other);
    await server.until(other.id, "running");
    expect(await server.get(stuck.id)).toMatchObject({ status: "installing" });

    await server.put({ ...stuck, generation: 2, source: local("echo") }, other);
    expect(await server.until(stuck.id, "running")).toMatchObject({ name: "echo", observedGeneration: 2 });
  });

  test("of two with one name the later is refused, and gets the name when the earlier is gone", async () => {
    const first = wantedPlugin(local("echo"));
    const second = wantedPlugin(local("echo"));
    await server.put(first);
    await server.until(first.id, "running");
    await server.put(first, second);
    const { failure } = await server.until(second.id, "error");
    expect(failure).toMatchObject({ code: "plugin_name_taken" });
    expect(failure?.message).toContain(first.id);
    expect((await server.execute("echo", "echo", { text: "x" })).status).toBe(200);
    await server.put(second);
    await server.until(second.id, "running");
  });

  test("what fails in passing is tried again; `retry` does not wait for that", async () => {
    const repository = await repositoryOf("echo");
    git.behave(repository, { kind: "error" });
    const echo = wantedPlugin({ type: "git", repo_url: repository.url });
    await server.put(echo);
    const { failure } = await server.until(echo.id, "error");
    expect(failure).toMatchObject({ code: "source_unreachable", stage: "fetch", attempt: 1 });
    expect(Date.parse(failure?.nextAttemptAt ?? "")).toBeGreaterThan(Date.parse(failure?.at ?? ""));
    git.behave(repository);
    expect((await server.request("POST", `/plugins/${echo.id}/retry`)).status).toBe(202);
    await server.until(echo.id, "running");
  });
});

describe("configuring", () => {
  test("a plugin that lacks configuration refuses executions in its own words, until it has it; its process stays", async () => {
    const wanted = wantedPlugin(local("needs-config"));
    await server.put(wanted);
    const lacking = await server.until(wanted.id, "missing_config");
    expect(lacking.configProblems.join()).toContain("region");
    const refused = await server.execute("needs-config", "region", { text: "x" });
    expect(refused.status).toBe(409);
    expect(refused.headers.get("x-noxus-started")).toBe("no");
    expect(await refused.json()).toMatchObject({ error: "plugin_missing_config" });
    expect((await server.request("GET", "/plugins/needs-config/manifest")).status).toBe(200);

    await server.put({ ...wanted, generation: 2, config: { region: "eu", api_key: "us-1" } });
    const wrong = await server.until(wanted.id, ({ observedGeneration }) => observedGeneration === 2);
    expect(wrong.configProblems).toEqual(["The API key is of another region."]);

    await server.put({ ...wanted, generation: 3, config: { region: "eu", api_key: "eu-1" } });
    const running = await server.until(wanted.id, "running");
    expect(running.instances[0]?.pid).toBe(lacking.instances[0]?.pid);
    expect((await server.execute("needs-config", "region", { text: "x" })).status).toBe(200);
  });

  test("a plugin that is switched off has no process, and comes back without a fetch", async () => {
    const echo = wantedPlugin(local("echo"));
    await server.put(echo);
    const { instances } = await server.until(echo.id, "running");
    await server.put({ ...echo, generation: 2, enabled: false });
    await server.until(echo.id, (report) => report.instances.length === 0);
    expect(isAlive(instances[0]?.pid)).toBe(false);
    expect(await (await server.execute(echo.id, "echo", { text: "x" })).json()).toMatchObject({
      error: "plugin_disabled",
    });
    expect(await server.get(echo.id)).toMatchObject({ status: "uninstalled", observedGeneration: 2 });
    await server.put({ ...echo, generation: 3 });
    await server.until(echo.id, "running");
  });
});

describe("changing", () => {
  test("reloads under load fail no request, on either transport and in either language", async () => {
    const stdio = wantedPlugin(local("echo"));
    const http = wantedPlugin(local("slow-start"), { settings: { sdkRelease: "0.5.5" } });
    const typescript = wantedPlugin(local("typescript/echo"));
    const all = [stdio, http, typescript];
    await server.put(...all);
    const before = await Promise.all(all.map(({ id }) => server.until(id, "running")));
    const load = all.map(({ id }) => underLoad(id, "echo"));
    for (const { id } of all) await server.request("POST", `/plugins/${id}/reload`);
    for (const [index, { id }] of all.entries())
      await server.until(id, ({ instances }) => isAnother(instances, before[index]?.instances));
    const counts = await Promise.all(load.map((one) => one.end()));
    for (const { failed, done } of counts) {
      expect(failed.slice(0, 3)).toEqual([]);
      expect(done).toBeGreaterThan(10);
    }
  });

  test("an update that fails leaves the old serving and says so; the next one is taken", async () => {
    const repository = await repositoryOf("echo");
    const echo = wantedPlugin({ type: "git", repo_url: repository.url });
    await server.put(echo);
    const good = await server.until(echo.id, "running");
    await git.commit(repository, { files: { "echo/__init__.py": "def broken(:" } });
    await server.request("POST", `/plugins/${echo.id}/reload`);
    const failed = await server.until(echo.id, ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ status: "running", failure: { code: "plugin_syntax_error" } });
    expect(failed.instances).toEqual(good.instances);
    expect((await server.execute(echo.id, "echo", { text: "x" })).status).toBe(200);

    await git.commitFolder(repository, pluginFixture("echo"));
    await git.commit(repository, { files: { "README.md": "mended" } });
    await server.request("POST", `/plugins/${echo.id}/reload`);
    const mended = await server.until(echo.id, ({ instances }) => isAnother(instances, good.instances));
    expect(mended).toMatchObject({ status: "running" });
    expect(mended.failure).toBeUndefined();
    expect(mended.commit).not.toBe(good.commit);
  });

  test("an update that is taken back is as if it never was", async () => {
    const repository = await repositoryOf("echo");
    const source = { type: "git" as const, repo_url: repository.url };
    const echo = wantedPlugin(source);
    await server.put(echo);
    const good = await server.until(echo.id, "running");
    await server.put({ ...echo, generation: 2, source: { ...source, branch: "no-such-branch" } });
    const failed = await server.until(echo.id, ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ status: "running", failure: { code: "source_branch_missing" } });
    await server.put({ ...echo, generation: 3 });
    const back = await server.until(echo.id, ({ observedGeneration }) => observedGeneration === 3);
    expect(back.failure).toBeUndefined();
    expect(back.instances).toEqual(good.instances);
    expect(back.conditions.map(({ status }) => status)).toEqual(["true", "true", "true", "true"]);
  });

  test.for([
    ["echo", { "echo/nodes.py": "import sys\nsys.exit(7)\n" }],
    ["typescript/echo", { "index.ts": "process.exit(7);\n" }],
  ] as const)("a release that starts badly leaves the old serving too (%s)", async ([fixture, files]) => {
    const repository = await repositoryOf(fixture);
    const echo = wantedPlugin({ type: "git", repo_url: repository.url });
    await server.put(echo);
    const good = await server.until(echo.id, "running");
    await git.commit(repository, { files });
    await server.request("POST", `/plugins/${echo.id}/reload`);
    const failed = await server.until(echo.id, ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({
      status: "running",
      failure: { stage: "start", code: "plugin_exited_at_start" },
    });
    expect(failed.instances.map(({ pid }) => pid)).toContain(good.instances[0]?.pid);
  });
});

describe.for(["echo", "typescript/echo"])("mending %s", (fixture) => {
  test("a process that is killed is back at once; one that keeps dying is waited for", async () => {
    const echo = wantedPlugin(local(fixture));
    await server.put(echo);
    const { instances } = await server.until(echo.id, "running");
    process.kill(instances[0]?.pid as number, "SIGKILL");
    await server.until(echo.id, (report) => report.restarts === 1);
    // A call that comes meanwhile waits for the new process.
    expect((await server.execute(echo.id, "echo", { text: "x" })).status).toBe(200);
    expect(await server.until(echo.id, "running")).toMatchObject({ restarts: 1 });

    const crashed = await server.execute(echo.id, "crash", { code: "9" });
    expect(crashed.status).toBe(502);
    expect(crashed.headers.get("x-noxus-started")).toBe("perhaps");
    const { failure } = await server.until(echo.id, "error");
    expect(failure).toMatchObject({ code: "plugin_exited", stage: "run", exitCode: 9, attempt: 2 });
    expect(failure?.stderrTail).toContain("about to crash");
    expect(Date.parse(failure?.nextAttemptAt ?? "")).toBeGreaterThan(Date.now() + 100_000);
    expect((await server.execute(echo.id, "echo", { text: "x" })).status).toBe(503);
    await server.request("POST", `/plugins/${echo.id}/retry`);
    await server.until(echo.id, "running");
  });

  test("of two replicas one is killed: the other serves without a failed call until there are two again", async () => {
    const echo = wantedPlugin(local(fixture), { settings: { replicas: 2 } });
    await server.put(echo);
    const both = await server.until(echo.id, ({ instances }) => areReady(instances, 2));
    const [victim, survivor] = both.instances;
    process.kill(victim?.pid as number, "SIGKILL");
    await server.until(echo.id, ({ instances }) => instances.every(({ pid }) => pid !== victim?.pid));
    const load = underLoad(echo.id, "echo");
    const mended = await server.until(echo.id, ({ instances }) => areReady(instances, 2));
    expect(mended.instances.map(({ pid }) => pid)).toContain(survivor?.pid);
    expect(mended).toMatchObject({ status: "running", restarts: 1 });

    await server.request("POST", `/plugins/${echo.id}/reload`);
    const old = new Set(mended.instances.map(({ pid }) => pid));
    await server.until(
      echo.id,
      ({ instances }) => areReady(instances, 2) && instances.every(({ pid }) => !old.has(pid)),
    );
    await server.put({ ...echo, generation: 2, settings: { replicas: 1 } });
    await server.until(echo.id, (report) => areReady(report.instances, 1) && report.observedGeneration === 2);
    const { done, failed } = await load.end();
    expect(failed.slice(0, 3)).toEqual([]);
    expect(done).toBeGreaterThan(10);
  });

  test("an uninstall waits for no call whose caller is gone", async () => {
    const echo = wantedPlugin(local(fixture), { settings: { transport: "stdio", drainTimeoutMs: 300_000 } });
    await server.put(echo);
    await server.until(echo.id, "running");
    const gone = new AbortController();
    const call = fetch(`${server.url}/plugins/${echo.id}/nodes/sleep/execute`, {
      method: "POST",
      headers: { "x-api-key": server.apiKey, "content-type": "application/json" },
      body: JSON.stringify({ ctx: {}, inputs: { seconds: 300 }, config: {} }),
      signal: gone.signal,
    });
    const left = expect(call).rejects.toThrow();
    await vi.waitUntil(async () => (await server.execute(echo.id, "echo", { text: "x" })).status === 200);
    gone.abort();
    await left;
    await server.put();
    await vi.waitUntil(async () => (await server.list()).length === 0, waitFor);
  });

  test("a release or environment deleted on disk is had again, at the same commit; nothing is left at the end", async () => {
    const dataFolder = await temporaryDataFolder();
    const logs = join(dataFolder, "plugin-server", "logs");
    // As a server leaves it that is killed amid an uninstall.
    await mkdir(join(logs, "3c8f1f0e-gone"), { recursive: true });
    const own = await startPluginServer({ dataFolder, ownEnvironments: true });
    try {
      const repository = await repositoryOf(fixture);
      const echo = wantedPlugin({ type: "git", repo_url: repository.url });
      await own.put(echo);
      const before = await own.until(echo.id, "running");
      await git.commit(repository, { files: { "later.txt": "not wanted yet" } });
      await rm(join(dataFolder, "plugin-server", "releases", before.release as string), { recursive: true });
      const after = await own.until(echo.id, ({ instances }) => isAnother(instances, before.instances));
      expect(after).toMatchObject({ release: before.release, commit: before.commit, status: "running" });

      const kind = fixture.startsWith("typescript/") ? "node-environments" : "environments";
      const environments = join(dataFolder, "plugin-server", kind);
      await rename(join(environments, after.environment as string), join(dataFolder, "gone"));
      await own.until(echo.id, ({ instances }) => isAnother(instances, after.instances));
      expect((await own.execute(echo.id, "echo", { text: "x" })).status).toBe(200);

      await own.put();
      const releases = join(dataFolder, "plugin-server", "releases");
      const left = async () =>
        (await Promise.all([releases, environments, logs].map((it) => readdir(it)))).flat();
      await vi.waitUntil(async () => (await left()).length === 0, waitFor);
    } finally {
      await own.stop();
      await rm(dataFolder, { recursive: true, force: true });
    }
  });
});

let repositories = 0;
async function repositoryOf(fixture: string): Promise<Repository> {
  repositories += 1;
  const repository = await git.createRepository({ name: `${fixture}-${repositories}` });
  await git.commitFolder(repository, pluginFixture(fixture));
  return repository;
}

async function temporaryDataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "noxus-mend-"));
}

/** Two callers that call without a pause. */
function underLoad(plugin: string, node: string): { end(): Promise<{ done: number; failed: string[] }> } {
  const failed: string[] = [];
  let done = 0;
  let ending = false;
  const caller = async () => {
    while (!ending) {
      const response = await server.execute(plugin, node, { text: "x" });
      const text = await response.text();
      if (response.status !== 200) failed.push(`${response.status} ${text}`);
      done += 1;
    }
  };
  const callers = [caller(), caller()];
  return {
    async end() {
      ending = true;
      await Promise.all(callers);
      return { done, failed };
    },
  };
}

/** One new process serves, and the old ones are gone. */
function isAnother(now: PluginReport["instances"], before: PluginReport["instances"] | undefined): boolean {
  const old = new Set(before?.map(({ pid }) => pid));
  return now.length === 1 && now.every(({ pid, state }) => !old.has(pid) && state === "ready");
}

/** So many serve, and no other process is there. */
function areReady(instances: PluginReport["instances"], count: number): boolean {
  return instances.length === count && instances.every(({ state }) => state === "ready");
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid as number, 0);
  } catch {
    return false;
  }
}
