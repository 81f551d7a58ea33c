import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type GitServer, startGitServer } from "../../../../fixtures/git-server.ts";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

let git: GitServer;
let server: TestPluginServer;
beforeAll(async () => {
  git = await startGitServer();
  server = await startPluginServer();
});
afterAll(async () => {
  await server.stop();
  await git.close();
});

test("while all plugins are held none runs or is installed, calls say why, and afterwards nothing is fetched again", async () => {
  const repository = await git.createRepository({ name: "echo" });
  await git.commitFolder(repository, pluginFixture("echo"));
  const echo = wantedPlugin({ type: "git", repo_url: repository.url });
  const leaving = wantedPlugin({ type: "local", path: pluginFixture("with-integration") });
  await server.put(echo, leaving);
  const before = await server.until(echo.id, "running");
  await server.until(leaving.id, "running");

  const held = await server.request("PUT", "/hold", { reason: "The index is down." });
  expect(await held.json()).toMatchObject({ hold: { reason: "The index is down." } });
  const report = await server.until(echo.id, ({ instances }) => instances.length === 0);
  expect(report).toMatchObject({
    status: "error",
    failure: { code: "plugins_held", message: "All plugins are held: The index is down." },
  });
  expect(report.conditions).toContainEqual(expect.objectContaining({ type: "Running", reason: "Held" }));
  const refused = await server.execute(echo.id, "echo", { text: "x" });
  expect([refused.status, refused.headers.get("x-noxus-started")]).toEqual([503, "no"]);
  expect(await refused.json()).toMatchObject({
    error: "plugins_held",
    detail: expect.stringContaining("The index is down. Let them go on"),
  });

  git.behave(repository, { kind: "error" });
  await server.put({ ...echo, generation: 2 }, leaving);
  const changed = await server.until(echo.id, ({ generation }) => generation === 2);
  expect(changed.sequence).toBeGreaterThan(report.sequence);
  const added = wantedPlugin({ type: "local", path: pluginFixture("needs-config") });
  await server.put({ ...echo, generation: 2 }, added);
  await vi.waitUntil(async () => (await server.request("GET", `/plugins/${leaving.id}`)).status === 404);
  expect(await server.until(added.id, "error")).toMatchObject({
    phases: [],
    failure: { code: "plugins_held" },
  });

  expect(await (await server.request("DELETE", "/hold")).json()).toEqual({ hold: null });
  const after = await server.until(echo.id, "running");
  expect(after.failure).toBeUndefined();
  expect(after.release).toBe(before.release);
  await server.until(added.id, "missing_config");
});
