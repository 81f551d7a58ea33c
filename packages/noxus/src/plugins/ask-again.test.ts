import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandResult, runNoxus } from "../../../../fixtures/noxus-command.ts";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";

let platform: TestPlatform;
let server: TestPluginServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-ask-again-"));
  const project = { name: "often-broken", version: "1.0.0", type: "module", main: "index.ts" };
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_RESTART_FIRST_MS: "600000",
      PLUGIN_SERVER_RESTART_CAP_MS: "600000",
    },
  });
});
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts for so long that who follows it sees the state before many times. */
const slowly = (then: string) => `
  import { setTimeout } from "node:timers/promises";
  import { data, defineNode, definePlugin } from "@noxus/sdk";
  await setTimeout(800);
  ${then}
  const text = { text: data.text() };
  const same = defineNode({ name: "same", title: "Same", inputs: text, outputs: text, call: (_, { inputs }) => inputs });
  export default definePlugin({
    name: "often-broken", displayName: "Broken", version: "1.0.0", description: "", author: "", nodes: [same],
  });`;

async function run(source: string, ...words: string[]): Promise<CommandResult> {
  await writeFile(join(folder, "index.ts"), source);
  return runNoxus(["plugin", ...words], {
    cwd: folder,
    env: { NOXUS_BACKEND_URL: platform.url, NOXUS_API_KEY: platform.adminKey },
  });
}

test("what is asked again tells of the try that it causes, not of the one before", async () => {
  const failing = (why: string) => slowly(`throw new Error("${why}");`);
  const installed = await run(failing("the first"), "install", folder, "--local", "--keep");
  expect(installed).toMatchObject({ code: 1, stderr: expect.stringContaining("the first") });
  const { items } = await platform.json<{ items: { id: string }[] }>("/v1/plugins");
  const id = items[0]?.id ?? "none";

  const again = await run(failing("the second"), "reload", id);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("the second") });
  expect(again.stderr).not.toContain("the first");
  // The files are as they were fetched; the same try fails the same way, but as a try of its own.
  const startedAt = Date.now();
  expect(await run(failing("the second"), "retry", id)).toMatchObject({ code: 1 });
  expect(Date.parse((await server.get(id)).failure?.at ?? "")).toBeGreaterThan(startedAt);
  expect(await run(slowly(""), "reload", id)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is running"),
  });
});

test("a plugin that is held is told to be, however often it is asked", async () => {
  expect(await run(slowly(""), "hold")).toMatchObject({ code: 0 });
  const failure = async () => (await server.get("often-broken")).failure?.code;
  await expect.poll(failure, { timeout: 20_000 }).toBe("plugins_held");
  for (const verb of ["reload", "retry"])
    expect(await run(slowly(""), verb, "often-broken", "--timeout", "40")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("All plugins are held"),
    });
  expect(await run(slowly(""), "resume")).toMatchObject({ code: 0 });
  expect(await run(slowly(""), "reload", "often-broken")).toMatchObject({ code: 0 });
});
