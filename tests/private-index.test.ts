import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheFolder } from "../fixtures/engine.ts";
import { copyPlugin } from "../fixtures/plugin-copy.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { type PrivateIndex, startPrivateIndex } from "../fixtures/private-index.ts";
import { wheelOf } from "../fixtures/wheel.ts";
import type { PluginReport } from "../packages/contracts/src/index.ts";

const main = join(import.meta.dirname, "../packages/plugin-server/src/main.ts");
const apiKey = "a-key-for-tests-only";

let folder: string;
let index: PrivateIndex;
let server: { child: ChildProcess; url: string; log: () => string } | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-private-index-"));
  index = await startPrivateIndex({ "of_the_team-1.0.0-py3-none-any.whl": wheelOf("of_the_team", "1.0.0") });
});
afterEach(async () => {
  if (server?.child.exitCode === null) {
    server.child.kill("SIGTERM");
    await once(server.child, "exit");
  }
  server = undefined;
  await index[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A plugin server without a platform, at its most talkative, with the plugin "team" in its plugins.yaml. */
async function start(variables: Record<string, string>): Promise<void> {
  await using plugin = await copyPlugin(pluginFixture("echo"), {
    suffix: "team",
    dependencies: ["of-the-team"],
  });
  const pluginsFile = join(folder, "plugins.yaml");
  await writeFile(pluginsFile, `plugins: { team: { source: { type: local, path: ${plugin.folder} } } }`);
  const child = spawn(process.execPath, ["--conditions=noxus-source", main], {
    env: {
      ...process.env,
      NOXUS_DATA_FOLDER: folder,
      NOXUS_CACHE_FOLDER: cacheFolder,
      PLUGIN_SERVER_PORT: "0",
      PLUGIN_SERVER_API_KEY: apiKey,
      PLUGIN_SERVER_ALLOW_LOCAL: "true",
      PLUGIN_SERVER_PLUGINS_FILE: pluginsFile,
      LOG_LEVEL: "trace",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  server = { child, url: "", log: () => log };
  server.url = await until(async () => /"url":"(http[^"]+)"/.exec(log)?.[1]);
  await until(async () => ["running", "error"].includes((await report())?.status ?? "") || undefined);
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 50_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`it did not happen in time: ${server?.log()}`);
    await delay(20);
  }
}

async function ask(path: string, body?: unknown): Promise<string> {
  const response = await fetch(`${server?.url}${path}`, {
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  return response.text();
}

async function report(): Promise<PluginReport | undefined> {
  const { plugins } = JSON.parse(await ask("/plugins")) as { plugins: PluginReport[] };
  return plugins[0];
}

/** Everything that anyone can read of the server and its plugin. */
async function allThatIsTold(): Promise<string> {
  const { id } = (await report()) as PluginReport;
  return [await ask("/plugins"), await ask(`/plugins/${id}/logs?tail=1000`), server?.log()].join("\n");
}

/** The secrets in every form in which they travel. */
function secrets(password = index.password): string[] {
  return [password, Buffer.from(`${index.user}:${password}`).toString("base64")];
}

test.each([
  ["in the address", (url: string) => ({ UV_INDEX: withUserInfo(url, index.password) })],
  ["in pip's variable", (url: string) => ({ PIP_EXTRA_INDEX_URL: withUserInfo(url, index.password) })],
  [
    "beside the index's name",
    (url: string) => ({
      UV_INDEX: `team=${url}`,
      UV_INDEX_TEAM_USERNAME: index.user,
      UV_INDEX_TEAM_PASSWORD: index.password,
    }),
  ],
])("credentials %s reach the index, and neither the plugin nor a log", async (_where, variables) => {
  await start(variables(index.url));
  expect((await report())?.failure).toBeUndefined();
  expect(index.served).toContain("/simple/of-the-team/");
  expect(index.served.some((path) => path.startsWith("/files/of_the_team-1.0.0"))).toBe(true);
  const seen = await ask("/plugins/echo-team/nodes/where/execute", { ctx: {}, inputs: {}, config: {} });
  expect(seen).toContain("NOXUS_INSTANCE");
  expect(seen).not.toMatch(/"(UV|PIP)_/);
  const told = await allThatIsTold();
  for (const secret of secrets()) {
    expect(seen).not.toContain(secret);
    expect(told).not.toContain(secret);
  }
});

test("credentials that the index refuses are told with the index's address, and without themselves", async () => {
  const wrong = "an-old-p4ssword";
  await start({ UV_INDEX: withUserInfo(index.url, wrong) });
  const { failure } = (await report()) as PluginReport;
  expect(failure?.code).toBe("environment_failed");
  expect(failure?.message).toMatch(/127\.0\.0\.1.*(401|credentials|authentication)/i);
  expect(index.served).toEqual([]);
  const told = await allThatIsTold();
  for (const secret of secrets(wrong)) expect(told).not.toContain(secret);
});

function withUserInfo(url: string, password: string): string {
  return url.replace("//", `//${index.user}:${password}@`);
}
