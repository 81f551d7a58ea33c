import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeDefinition, Plugin } from "@noxus/contracts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tgzOf } from "../../../../fixtures/archives.ts";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";
import { configProblems } from "./config-problems.ts";
import { isSecretField } from "./plugin-config.ts";
import { nameFromSource, splitSource } from "./plugin-source.ts";

/** The package of a plugin that needs configuration; fields come before the file. */
function packageForm(filename: string, fields: Record<string, string>): FormData {
  const paths = ["pyproject.toml", "needs_config/__init__.py"];
  const folder = pluginFixture("needs-config");
  const entries = paths.map((path) => ({
    path: `uploaded/${path}`,
    content: readFileSync(join(folder, path)),
  }));
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([new Uint8Array(tgzOf(entries))]), filename);
  return form;
}

/** The files that the platform knows, and those that lie on its disk. */
async function filesOf({ database, dataFolder }: TestPlatform) {
  const { rows } = await database.pool.query("select id from files order by id");
  return { rows, onDisk: namesOnDisk(dataFolder) };
}

function namesOnDisk(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
}

describe("with a real plugin server", () => {
  let platform: TestPlatform;
  let server: TestPluginServer;
  beforeAll(async () => {
    platform = await startTestPlatform();
    server = await startPluginServer({
      variables: {
        NOXUS_PLATFORM_URL: platform.url,
        PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
        PLUGIN_SERVER_ALLOW_LOCAL: "true",
        PLUGIN_SERVER_REPORT_MS: "500",
      },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await platform?.stop();
  });

  const until = (id: string, status: Plugin["status"]) =>
    vi.waitFor(
      async () => {
        const plugin = await platform.json<Plugin>(`/v1/plugins/${id}`);
        expect([plugin.status, plugin.report?.failure?.message]).toEqual([status, undefined]);
        return plugin;
      },
      { timeout: 55_000, interval: 100 },
    );

  test("a plugin is installed, configured, called for a form, reloaded and uninstalled", async () => {
    const body = { source: { type: "local", path: pluginFixture("needs-config") } };
    const { id } = await platform.json<Plugin>("/v1/plugins", { body });
    const installed = await until(id, "missing_config");
    expect(installed.report?.phases.map(({ name }) => name)).toEqual([
      "fetch",
      "environment",
      "start",
      "ready",
    ]);
    const nodes = await platform.json<NodeDefinition[]>("/v1/nodes");
    expect(nodes.find(({ type }) => type === installed.nodes[0])).toMatchObject({
      plugin_name: installed.name,
    });

    const configure = (config: object) =>
      platform.send(`/v1/plugins/${id}`, { method: "PATCH", body: { config } });
    const changed = (await (await configure({ region: "eu", api_key: "eu-secret-1" })).json()) as Plugin;
    expect((await until(id, "running")).report?.observedGeneration).toBe(changed.generation);
    const refused = await configure({ api_key: "us-secret-2" });
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { error: "plugin_config_invalid", fields: [{ message: "The API key is of another region." }] },
    ]);

    const log = await platform.send(`/v1/plugins/${installed.name}/logs?tail=5`);
    expect([log.status, log.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const form = { config: {}, inputs: [], outputs: [] };
    const { key } = await createTestWorkspace(platform, "form");
    const answer = await platform.send(`/nodes/${installed.nodes[0]}/config`, { body: form, key });
    expect([answer.status, await answer.json()]).toMatchObject([200, { config: expect.anything() }]);

    await platform.json(`/v1/plugins/${id}/reload`, { method: "POST" });
    await vi.waitFor(
      async () => expect((await until(id, "running")).report?.observedGeneration).toBe(3),
      30_000,
    );
    await platform.json(`/v1/plugins/${id}`, { method: "DELETE" });
    await vi.waitFor(async () => expect((await platform.send(`/v1/plugins/${id}`)).status).toBe(404), 20_000);
  });

  test("a package is installed in one request, with its configuration, and runs", async () => {
    const form = packageForm("uploaded-1.0.0.tar.gz", { config: '{"region":"eu","api_key":"eu-secret-1"}' });
    const answer = await platform.send("/v1/plugins/upload", { body: form });
    const plugin = (await answer.json()) as Plugin;
    expect([answer.status, plugin]).toMatchObject([
      201,
      { name: "uploaded", source: { type: "upload", filename: "uploaded-1.0.0.tar.gz" } },
    ]);
    expect(JSON.stringify(await until(plugin.id, "running"))).not.toContain("eu-secret-1");
    await platform.json(`/v1/plugins/${plugin.id}`, { method: "DELETE" });
  });

  test("a package is looked into without a trace, and what is none says what was expected", async () => {
    const before = await filesOf(platform);
    const looked = await platform.send("/v1/plugins/upload/preview", {
      body: packageForm("seen.tar.gz", {}),
    });
    expect([looked.status, await looked.json()]).toMatchObject([
      200,
      { version: "1.0.0", problem: null, installed: [], source: { filename: "seen.tar.gz" } },
    ]);
    const none = new FormData();
    none.set("file", new Blob(["a letter"]), "seen.zip");
    const refused = await platform.send("/v1/plugins/upload/preview", { body: none });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/archive/);
    expect(await filesOf(platform)).toEqual(before);
  });

  test("a package whose configuration is not JSON is refused, and its file does not stay", async () => {
    const form = packageForm("broken-1.0.0.tar.gz", { config: "{" });
    const refused = await platform.send("/v1/plugins/upload", { body: form });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: "malformed_json", detail: expect.stringContaining('"config"') },
    ]);
    const { rows } = await platform.database.pool.query("select 1 from files where filename like 'broken%'");
    expect(rows).toEqual([]);
  });
});

describe("sources", () => {
  const git = { type: "git", branch: "main" } as const;

  test("name a plugin before its manifest does", () => {
    expect(nameFromSource({ ...git, repo_url: "https://git.test/team/tools.git" })).toBe("tools");
    expect(nameFromSource({ ...git, repo_url: "https://git.test/t.git", path: "plugins/text-tools/" })).toBe(
      "text-tools",
    );
    expect(nameFromSource({ type: "upload", file_id: "x", filename: "text-tools-1.0.0.tar.gz" })).toBe(
      "text-tools",
    );
    expect(nameFromSource({ type: "local", path: "/srv/my-plugin" })).toBe("my-plugin");
  });

  test("are parted from their secrets, those inside the address too", () => {
    const { visible, secrets } = splitSource({
      ...git,
      repo_url: "https://me:pw@git.test/t.git",
      token: "tok",
    });
    expect(JSON.stringify(visible)).not.toMatch(/me:pw|tok/);
    expect(secrets).toEqual({ token: "tok", repo_url: "https://me:pw@git.test/t.git" });
    const shop = splitSource({ type: "marketplace", name: "x", repo_url: "https://tok@git.test/m.git" });
    expect(shop.visible).toMatchObject({ repo_url: "https://git.test/m.git" });
  });
});

describe("configuration fields", () => {
  test("are secret by their form, by their name, or because nobody knows them", () => {
    expect(isSecretField("key", { type: "str", display: { type: "api_key" } })).toBe(true);
    expect(isSecretField("github_token", { type: "str" })).toBe(true);
    expect(isSecretField("max_tokens", { type: "int" })).toBe(false);
    expect(isSecretField("greeting", { type: "str" })).toBe(false);
    expect(isSecretField("unknown", undefined)).toBe(true);
  });

  test("are judged by type, and names that objects have by birth are unknown", () => {
    const fields = { flag: { type: "bool" }, items: { type: "list" }, ratio: { type: "float" } };
    expect(configProblems({ flag: true, items: [], ratio: 1 }, fields)).toEqual([]);
    const problems = configProblems({ flag: "yes", items: {}, ratio: "1", constructor: 1 }, fields);
    expect(problems.map(({ path }) => path)).toEqual([
      "config.flag",
      "config.items",
      "config.ratio",
      "config.constructor",
    ]);
  });
});
