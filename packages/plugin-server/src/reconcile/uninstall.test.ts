import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type GitServer, startGitServer } from "../../../../fixtures/git-server.ts";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

const waitFor = { timeout: 40_000, interval: 20 };
let git: GitServer;
let server: TestPluginServer;
let dataFolder: string;

beforeAll(async () => {
  git = await startGitServer();
  dataFolder = await mkdtemp(join(tmpdir(), "noxus-uninstall-"));
  server = await startPluginServer({ dataFolder });
});
afterAll(async () => {
  await server.stop();
  await git.close();
  await rm(dataFolder, { recursive: true, force: true });
});

test("of what was switched off, or failed, before there was a release of it nothing is left, record and log neither", async () => {
  const repository = await git.createRepository({ name: "echo" });
  await git.commitFolder(repository, pluginFixture("echo"));
  const other = await git.createRepository({ name: "without-a-plugin" });
  await git.commit(other, { files: { "README.md": "nothing to install" } });
  git.behave(repository, { kind: "hang" });
  const off = wantedPlugin({ type: "git", repo_url: repository.url });
  const failing = wantedPlugin({ type: "git", repo_url: other.url });
  await server.put(off, failing);
  await server.until(failing.id, "error");
  await server.request("POST", `/plugins/${failing.id}/reload`);
  await server.put({ ...off, generation: 2, enabled: false }, failing);
  await server.until(off.id, ({ observedGeneration }) => observedGeneration === 2);
  const records = [`${off.id}.json`, `${failing.id}.json`];
  await expect.poll(left, waitFor).toEqual(expect.arrayContaining(records));

  await server.put();
  await vi.waitUntil(async () => (await left()).length === 0, waitFor);
  expect(await server.list()).toEqual([]);
});

test("a reload that comes while the last call ends is refused, and leaves nothing", async () => {
  const echo = wantedPlugin(
    { type: "local", path: pluginFixture("echo") },
    { settings: { drainTimeoutMs: 60_000 } },
  );
  await server.put(echo);
  await server.until(echo.id, "running");
  const call = server.execute(echo.id, "sleep", { seconds: 2 });
  expect((await server.execute(echo.id, "echo", { text: "the other is there too" })).status).toBe(200);
  await server.put();
  await server.until(echo.id, "uninstalling");
  const refused = await server.request("POST", `/plugins/${echo.id}/reload`);
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: "conflict" }]);
  expect((await call).status).toBe(200);
  await vi.waitUntil(async () => (await server.list()).length === 0, waitFor);
  expect(await readdir(join(dataFolder, "plugin-server", "plugins"))).toEqual([]);
});

/** Records and logs on disk. */
async function left(): Promise<string[]> {
  const folders = ["plugins", "logs"].map((name) => join(dataFolder, "plugin-server", name));
  return (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
}
