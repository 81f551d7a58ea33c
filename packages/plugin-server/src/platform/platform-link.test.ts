import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { create } from "tar";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type LittlePlatform, startLittlePlatform } from "../../../../fixtures/little-platform.ts";
import {
  startPluginServer,
  type TestPluginServer,
  wantedPlugin,
} from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

const waitFor = { timeout: 40_000, interval: 20 };
const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

describe("with a platform", () => {
  test("an uploaded package is installed, and each state is told by webhook, signed and in order", async () => {
    const platform = await littlePlatform();
    platform.files.set("f1", await packed("echo"));
    const echo = wantedPlugin({ type: "upload", file_id: "f1", filename: "echo-1.0.0.tar.gz" });
    platform.want([echo]);
    platform.refuse.push(503, 500);
    const server = await serverFor(platform);
    await server.until(echo.id, "running");
    expect((await server.execute(echo.id, "echo", { text: "x" })).status).toBe(200);
    await vi.waitUntil(() => platform.events.at(-1)?.data.plugin.status === "running", waitFor);

    platform.want([]);
    await vi.waitUntil(() => platform.events.at(-1)?.data.plugin.status === "uninstalled", waitFor);
    const sequences = platform.events.map(({ data }) => data.plugin.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(sequences.length);
    const statuses = platform.events.map(({ data }) => data.plugin.status);
    const changes = statuses.filter((status, index) => status !== statuses[index - 1]);
    // Only the newest state of a plugin is pending, so a word may be left out, but none comes out of order.
    const life: typeof statuses = ["installing", "running", "uninstalling", "uninstalled"];
    expect(changes).toEqual(life.filter((status) => changes.includes(status)));
    expect(platform.problems).toEqual([]);
    expect(platform.registrations[0]).toMatchObject({ url: server.url, apiKey: server.apiKey });
    await vi.waitUntil(() => platform.reports.at(-1)?.plugins.length === 0, waitFor);
  });

  test("the last known list serves while the platform is away; it is caught up with when it is back", async () => {
    const dataFolder = await temporaryFolder();
    const first = await littlePlatform();
    const port = Number(new URL(first.url).port);
    const echo = wantedPlugin({ type: "local", path: pluginFixture("echo") });
    first.want([echo]);
    const before = await serverFor(first, dataFolder);
    await before.until(echo.id, "running");
    await before.stop();
    cleanUp.pop();
    await first.close();

    const server = await serverFor(first, dataFolder);
    const running = await server.until(echo.id, "running");
    expect(await (await server.request("GET", "/ready")).json()).toMatchObject({ platform: "unreachable" });

    const second = await littlePlatform(port);
    second.want([{ ...echo, generation: 2, config: { some: "value" } }]);
    const caughtUp = await server.until(echo.id, ({ observedGeneration }) => observedGeneration === 2);
    expect(caughtUp.instances[0]?.pid).toBe(running.instances[0]?.pid);
  });

  test("a platform restored from a backup, with a lower revision, is believed", async () => {
    const platform = await littlePlatform();
    platform.want([], 50);
    const server = await serverFor(platform);
    await vi.waitUntil(() => platform.reports.at(-1)?.revision === 50, waitFor);
    platform.want([], 3);
    await vi.waitUntil(() => platform.reports.at(-1)?.revision === 3, waitFor);
    // A push that is late, not the platform's answer, is not.
    await server.request("PUT", "/plugins", {
      revision: 2,
      plugins: [wantedPlugin({ type: "local", path: "/x" })],
    });
    expect(await (await server.request("GET", "/plugins")).json()).toMatchObject({
      revision: 3,
      plugins: [],
    });
  });

  test("an uploaded file that is gone is told as that", async () => {
    const platform = await littlePlatform();
    const gone = wantedPlugin({ type: "upload", file_id: "gone", filename: "gone.tar.gz" });
    platform.want([gone]);
    const server = await serverFor(platform);
    const { failure } = await server.until(gone.id, "error");
    expect(failure).toMatchObject({ code: "source_file_missing", stage: "fetch" });
    expect(failure?.nextAttemptAt).toBeUndefined();
  });

  test("a refused key names the variable to set", async () => {
    const { PlatformClient } = await import("./platform-client.ts");
    const platform = await littlePlatform();
    const client = new PlatformClient({ url: platform.url, key: "wrong" });
    const asked = client.send({
      method: "GET",
      path: "/plugin-server/files/x",
      signal: AbortSignal.timeout(5_000),
    });
    await expect(asked).rejects.toMatchObject({ code: "unauthorized" });
    await expect(asked).rejects.toThrow("PLUGIN_SERVER_PLATFORM_KEY");
  });
});

async function littlePlatform(port?: number): Promise<LittlePlatform> {
  const platform = await startLittlePlatform(port === undefined ? {} : { port });
  cleanUp.push(() => platform.close().catch(() => {}));
  return platform;
}

async function serverFor({ url, key }: LittlePlatform, dataFolder?: string): Promise<TestPluginServer> {
  const server = await startPluginServer({
    ...(dataFolder && { dataFolder }),
    variables: {
      NOXUS_PLATFORM_URL: url,
      PLUGIN_SERVER_PLATFORM_KEY: key,
      PLUGIN_SERVER_REPORT_MS: "200",
    },
  });
  cleanUp.push(() => server.stop());
  return server;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "noxus-link-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function packed(fixture: string): Promise<Buffer> {
  const folder = pluginFixture(fixture);
  const file = join(await temporaryFolder(), "package.tar.gz");
  await create({ gzip: true, file, cwd: dirname(folder) }, [basename(folder)]);
  return readFile(file);
}
