import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

/** What is wrong with it → the code and stage that it fails with, and what its message must hold. */
const bad = [
  ["no-project", "environment", "plugin_project_missing", "pyproject.toml"],
  ["no-class", "environment", "plugin_class_missing", "BasePlugin"],
  ["two-classes", "environment", "plugin_class_ambiguous", ""],
  ["syntax-error", "environment", "plugin_syntax_error", "broken.py:1"],
  ["names-nobody-has", "environment", "sdk_release_unknown", ""],
  ["unresolvable", "environment", "dependencies_unresolvable", ""],
  ["setup-fails", "environment", "setup_command_failed", ""],
  ["import-error", "start", "plugin_import_error", "No module named"],
  ["exits-at-start", "start", "plugin_exited_at_start", ""],
  ["never-prints-port", "start", "plugin_port_missing", ""],
  [
    "typescript/broken-package",
    "environment",
    "plugin_project_invalid",
    "package.json is not valid JSON, at line 3",
  ],
  ["typescript/other-node", "environment", "node_version_unsupported", "<20"],
  ["typescript/unresolvable", "environment", "dependencies_unresolvable", "@noxus/no-such-package-anywhere"],
  ["typescript/no-default", "start", "plugin_class_missing", "it exports one as named"],
  ["typescript/two-plugins", "start", "plugin_class_ambiguous", "one, two"],
  ["typescript/syntax-error", "start", "plugin_syntax_error", "broken.ts:2"],
  ["typescript/enum", "start", "plugin_syntax_error", "index.ts:3"],
  ["typescript/missing-module", "start", "plugin_import_error", 'Add "left-behind"'],
  ["typescript/missing-file", "start", "plugin_import_error", "index.ts imports gone.ts"],
  ["typescript/exits-at-start", "start", "plugin_exited_at_start", "3"],
  ["foreign-port", "start", "plugin_port_foreign", ""],
] as const;

/** Its own port is not the one that it prints first, which this test listens on. */
const stranger = createServer();
let server: TestPluginServer;
let folder: string;
const ids = new Map<string, string>();

beforeAll(async () => {
  stranger.listen(0, "127.0.0.1");
  await once(stranger, "listening");
  folder = await mkdtemp(join(tmpdir(), "noxus-bad-plugins-"));
  for (const [fixture] of bad) await cp(pluginFixture(fixture), join(folder, fixture), { recursive: true });
  const { port } = stranger.address() as AddressInfo;
  await writeFile(join(folder, "foreign-port", "foreign_port", "port"), String(port));

  server = await startPluginServer({ variables: { PLUGIN_SERVER_RESTART_FIRST_MS: "300000" } });
  await server.put(...bad.map(([fixture]) => wantedOf(fixture)));
});
afterAll(async () => {
  await server.stop();
  stranger.close();
  await rm(folder, { recursive: true, force: true });
});

function wantedOf(fixture: string) {
  const startTimeoutMs = fixture === "never-prints-port" ? 2_000 : 60_000;
  const wanted = wantedPlugin(
    { type: "local", path: join(folder, fixture) },
    { settings: { startTimeoutMs } },
  );
  ids.set(fixture, wanted.id);
  return wanted;
}

for (const [fixture, stage, code, words] of bad)
  test(`${fixture} fails at ${stage} with ${code}, and nothing of it runs`, async () => {
    const id = ids.get(fixture) as string;
    const report = await server.until(id, "error", 55_000);
    expect(report.failure).toMatchObject({ stage, code });
    expect(report.failure?.message).toContain(words);
    expect(report.instances).toEqual([]);
    const refused = await server.execute(id, "any", {});
    expect(refused.status).toBe(503);
    expect(refused.headers.get("x-noxus-started")).toBe("no");
  });
