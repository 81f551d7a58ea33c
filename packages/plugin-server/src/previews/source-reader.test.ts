import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { warmEngine, warmNodeEngine } from "../../../../fixtures/engine.ts";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { openPolicy } from "../marketplaces/policy.ts";
import { createSourceReader, type SourceReader } from "./source-reader.ts";

const root = join(import.meta.dirname, "../../../..");
let git: GitServer;
let repository: Repository;
let temporaryFolder: string;
let reader: SourceReader;
const signal = new AbortController().signal;

beforeAll(async () => {
  git = await startGitServer();
  repository = await git.createRepository({ name: "plugins" });
  await git.commitFolder(repository, join(root, "fixtures/plugins-ts/with-dependency"), { under: "typed" });
  await git.commitFolder(repository, join(root, "plugins/text-tools"), { under: "text-tools" });
  await git.commit(repository, {
    files: {
      "text-tools/manifest.json": null,
      "broken/pyproject.toml": '[project]\nname = "broken"\nversion = "1.0.0"\ndependencies = ["idna>=3"]\n',
      "broken/broken/__init__.py": "def (:\n",
      "notes/README.md": "No plugin",
    },
  });
  temporaryFolder = await mkdtemp(join(tmpdir(), "preview-test-"));
  reader = createSourceReader({
    fetchOptions: {
      policy: async () => openPolicy(repository.url),
      allowLocal: true,
      localRoots: [root],
      uploads: () => Promise.reject(new Error("no uploads here")),
      environment: process.env,
    },
    engines: [warmEngine(), warmNodeEngine()],
    temporaryFolder,
  });
});
afterEach(async () => {
  expect(await readdir(temporaryFolder), "a look leaves nothing").toEqual([]);
});
afterAll(async () => {
  await git.close();
  await rm(temporaryFolder, { recursive: true, force: true });
});

const folder = (path: string): Source => ({
  type: "git",
  repo_url: repository.url.replace("http://", "http://ann:s3cret-passw0rd@"),
  branch: "main",
  path,
});

test("a Python plugin is shown with its nodes, its size and what it depends on", async () => {
  const preview = await reader.preview({ type: "local", path: join(root, "plugins/document-tools") }, signal);
  expect(preview).toMatchObject({
    name: "document-tools",
    engine: "uv",
    problem: null,
    dependencies: ["noxus-sdk>=0.3.0"],
    sdk: { release: expect.any(String), reason: expect.any(String) },
    icon: expect.stringMatching(/^data:image\/svg\+xml;base64,/),
  });
  expect(preview.nodes).toHaveLength(preview.manifest?.nodes.length ?? 0);
  expect(preview.bytes).toBeGreaterThan(1000);
  expect(preview.files).toBeGreaterThan(3);
});

test("a Python plugin without a manifest is shown as its classes say", async () => {
  const { manifest, nodes, displayName } = await reader.preview(folder("text-tools"), signal);
  expect([manifest, displayName]).toEqual([null, "Text tools"]);
  expect(nodes?.map(({ type, title }) => [type, title])).toEqual([
    ["SlugNode", "Slug"],
    ["TemplateNode", "Fill a template"],
    ["WordStatisticsNode", "Word statistics"],
  ]);
  expect(nodes?.[0]?.description).toContain("lower case, ASCII");
});

test("a TypeScript plugin without a manifest is shown as far as its files tell, and no secret of its source", async () => {
  const preview = await reader.preview(folder("typed"), signal);
  expect(preview).toMatchObject({
    name: "with-dependency",
    version: "1.0.0",
    engine: "node",
    manifest: null,
    nodes: null,
    problem: null,
    release: expect.stringMatching(/^[0-9a-f]{64}$/),
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect(preview).toMatchObject({
    dependencies: ["@noxus/sdk@^0.1.0", "fastest-levenshtein@^1.0.16"],
    locked: true,
  });
  expect(JSON.stringify(preview)).not.toContain("s3cret-passw0rd");
});

test("what would end an installation is told with the rest: a syntax error, a folder without a plugin", async () => {
  const broken = await reader.preview(folder("broken"), signal);
  expect(broken).toMatchObject({
    name: "broken",
    engine: "uv",
    dependencies: ["idna>=3"],
    problem: { code: "plugin_syntax_error", message: expect.stringContaining("__init__.py") },
  });
  const none = await reader.preview(folder("notes"), signal);
  expect(none).toMatchObject({ name: null, problem: { code: "plugin_project_missing" } });
});

test("a source that cannot be fetched is the source's error, and a caller who leaves ends the look", async () => {
  await expect(reader.preview(folder("absent"), signal)).rejects.toMatchObject({
    code: "source_path_missing",
  });
  git.behave(repository, { kind: "hang" });
  const leaving = new AbortController();
  const look = reader.preview(folder("typed"), leaving.signal);
  leaving.abort(new Error("left"));
  await expect(look).rejects.toThrow("left");
  git.behave(repository);
});
