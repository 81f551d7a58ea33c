import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { DesiredList } from "@noxus/contracts";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";
import { pluginIdOf, readPluginsFile } from "./plugins-file.ts";

let folder: string;
let path: string;
const nothing = { revision: 0, get: () => undefined };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-plugins-file-"));
  path = join(folder, "plugins.yaml");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("plugins.yaml", () => {
  test("gives the same ids for the same names, and paths relative to the file", async () => {
    await writeFile(path, "plugins:\n  mine: { source: { type: local, path: ./my-plugin } }\n");
    const { plugins } = await readPluginsFile(path, nothing);
    expect(plugins).toMatchObject([
      { id: pluginIdOf("mine"), generation: 1, source: { type: "local", path: join(folder, "my-plugin") } },
    ]);
  });

  test("grows the generation of what changed alone", async () => {
    await writeFile(path, yaml({ a: "x", b: "x" }));
    const first = await readPluginsFile(path, nothing);
    await writeFile(path, yaml({ a: "x", b: "y" }));
    const second = await readPluginsFile(path, known(first));
    expect(second.revision).toBeGreaterThan(first.revision);
    expect(second.plugins.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  test("tells every problem with its path", async () => {
    await writeFile(path, "plugins:\n  a: { source: { type: git } }\n  b: { sauce: 1 }\n");
    const error = await readPluginsFile(path, nothing).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "configuration_invalid" });
    expect((error as { fields: { path: string }[] }).fields.map((field) => field.path)).toEqual(
      expect.arrayContaining(["plugins.a.source.repo_url", "plugins.b.source"]),
    );
    await writeFile(path, "plugins: [unclosed");
    await expect(readPluginsFile(path, nothing)).rejects.toMatchObject({ code: "configuration_invalid" });
  });

  test("is all that a plugin server needs; a change is followed, a mistake changes nothing", async () => {
    const archive = join(folder, "echo.tar.gz");
    const echo = pluginFixture("echo");
    await create({ gzip: true, file: archive, cwd: dirname(echo) }, [basename(echo)]);
    await writeFile(path, "plugins:\n  packed: { source: { type: upload, path: ./echo.tar.gz } }\n");
    const server = await startPluginServer({ variables: { PLUGIN_SERVER_PLUGINS_FILE: path } });
    try {
      await server.until(pluginIdOf("packed"), "running");
      expect((await server.execute("echo", "echo", { text: "x" })).status).toBe(200);
      await writeFile(path, "plugins: [unclosed");
      const local = pluginFixture("with-integration");
      await writeFile(path, `plugins:\n  other: { source: { type: local, path: ${local} } }\n`);
      await server.until(pluginIdOf("other"), "running");
      expect((await server.request("GET", `/plugins/${pluginIdOf("packed")}`)).status).toBe(404);
    } finally {
      await server.stop();
    }
  });
});

function yaml(values: Record<string, string>): string {
  const entries = Object.entries(values).map(
    ([name, value]) => `  ${name}: { source: { type: local, path: /p }, config: { value: ${value} } }`,
  );
  return `plugins:\n${entries.join("\n")}\n`;
}

function known({ revision, plugins }: DesiredList) {
  return { revision, get: (id: string) => plugins.find((plugin) => plugin.id === id) };
}
