import type { Plugin } from "@noxus/contracts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let git: GitServer;
let platform: TestPlatform;
let server: TestPluginServer;
beforeAll(async () => {
  git = await startGitServer();
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_REPORT_MS: "500",
    },
  });
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
  await git?.close();
});

describe("a rollback", () => {
  test("brings the release before back without its repository, and only an update leaves it", async () => {
    const repository = await repositoryOf("echo");
    const { id, ...first } = await installed(repository);
    const ask = (verb: string, body?: object) =>
      platform.send(`/v1/plugins/${id}/${verb}`, { method: "POST", ...(body && { body }) });

    const early = await ask("rollback");
    expect([early.status, await early.json()]).toMatchObject([
      409,
      { error: "plugin_release_missing", detail: expect.stringContaining("no earlier release") },
    ]);

    const second = await git.commit(repository, { files: { "README.md": "second" } });
    await ask("reload");
    const updated = await serving(id, second);
    expect(updated.report?.releases?.map(({ state, commit }) => [state, commit])).toEqual([
      ["current", second],
      ["kept", first.report?.commit],
    ]);

    git.behave(repository, { kind: "error" });
    expect((await ask("rollback")).status).toBe(200);
    const back = await serving(id, first.report?.commit);
    expect(back.report).toMatchObject({ release: first.report?.release });
    expect(back.report?.phases).toMatchObject([{ name: "fetch", reused: true }, {}, {}]);
    const { release, commit } = first.report ?? {};
    expect(back.source).toMatchObject({ type: "git", branch: "main", release, commit });
    expect((await server.execute(id, "echo", { text: "x" })).status).toBe(200);
    const again = await ask("rollback", { release: release?.slice(0, 8) });
    expect([again.status, await again.json()]).toMatchObject([409, { error: "conflict" }]);

    git.behave(repository);
    const third = await git.commit(repository, { files: { "README.md": "third" } });
    await ask("reload");
    expect((await until(id, ({ report }) => isArrived(report))).report?.commit).toBe(first.report?.commit);
    expect((await ask("update")).status).toBe(200);
    const free = await serving(id, third);
    expect(free.source).not.toHaveProperty("commit");
    expect(free.source).not.toHaveProperty("release");
    const named = await ask("update", { version: "1.0.0" });
    expect([named.status, await named.json()]).toMatchObject([400, { error: "invalid_request" }]);
    await platform.json(`/v1/plugins/${id}`, { method: "DELETE" });
  });

  test("gives up an update that fails", async () => {
    const repository = await repositoryOf("echo");
    const { id, report } = await installed(repository);
    await git.commit(repository, { files: { "echo/__init__.py": "def broken(:" } });
    await platform.json(`/v1/plugins/${id}/reload`, { method: "POST" });
    await until(id, (plugin) => plugin.report?.failure?.code === "plugin_syntax_error");
    await platform.json(`/v1/plugins/${id}/rollback`, { method: "POST" });
    await serving(id, report?.commit);
    const back = await until(id, (plugin) => plugin.report?.failure === undefined);
    expect(back.report?.releases).toMatchObject([{ state: "current", release: report?.release }]);
  });
});

async function repositoryOf(fixture: string): Promise<Repository> {
  const repository = await git.createRepository({ name: fixture });
  await git.commitFolder(repository, pluginFixture(fixture));
  return repository;
}

async function installed({ url }: Repository): Promise<Plugin> {
  const { id } = await platform.json<Plugin>("/v1/plugins", {
    body: { source: { type: "git", repo_url: url } },
  });
  return until(id, ({ status, report }) => status === "running" && isArrived(report));
}

function serving(id: string, commit: string | undefined): Promise<Plugin> {
  return until(
    id,
    ({ status, report }) => status === "running" && report?.commit === commit && isArrived(report),
  );
}

function isArrived(report: Plugin["report"]): boolean {
  const ready = report?.instances.filter(({ state }) => state === "ready");
  return report?.observedGeneration === report?.generation && ready?.length === report?.instances.length;
}

function until(id: string, isExpected: (plugin: Plugin) => boolean): Promise<Plugin> {
  return vi.waitFor(
    async () => {
      const plugin = await platform.json<Plugin>(`/v1/plugins/${id}`);
      if (plugin.report?.generation !== plugin.generation || !isExpected(plugin))
        throw new Error(
          `not as expected: ${JSON.stringify({ ...plugin, report: { ...plugin.report, manifest: null } })}`,
        );
      return plugin;
    },
    { timeout: 40_000, interval: 50 },
  );
}
