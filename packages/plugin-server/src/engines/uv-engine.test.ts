import { join } from "node:path";
import type { PluginSettings } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { preparePlugin, releaseOf, warmEngine } from "../../../../fixtures/engine.ts";
import { type RunningPlugin, runPlugin } from "../../../../fixtures/run-plugin.ts";
import type { Engine, LaunchSpec } from "./engine.ts";

let engine: Engine;
const stops: (() => Promise<void>)[] = [];

beforeAll(() => {
  engine = warmEngine();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => engine.close());

/** Prepares and starts a fixture plugin, and waits until it answers. */
async function start(name: string, options: Partial<PluginSettings> = {}, extra: Partial<LaunchSpec> = {}) {
  const plugin = await preparePlugin(engine, name, options);
  const launch = await plugin.launch(extra);
  stops.push(launch.removeScratch);
  const running: RunningPlugin = await runPlugin(launch);
  stops.unshift(() => running.stop());
  return { ...plugin, started: launch, ...running };
}

describe("a plugin gets the SDK release that it needs", () => {
  test("0.1.0 for an integration that only it knows, over HTTP", async () => {
    const { facts, environment, started, call } = await start("sdk-0-1-0");
    expect(facts.sdk).toMatchObject({ release: "0.1.0", warnings: [] });
    expect(facts.sdk.reason).toContain("NangoIntegration");
    expect(environment.sdkRelease).toBe("0.1.0");
    expect(started.transport).toBe("http");
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });

  test("0.5.5 where it is declared, over HTTP", async () => {
    const { facts, environment, started, call } = await start("sdk-0-5-5");
    expect(facts.sdk.release).toBe("0.5.5");
    expect(environment.sdkRelease).toBe("0.5.5");
    expect(started.transport).toBe("http");
    expect(await call("join", { a: "x", b: "y" })).toEqual({ text: "x y" });
  });

  test("0.5.6 where it is declared, over stdio", async () => {
    const { facts, environment, started } = await start("sdk-0-5-6");
    expect(facts.sdk.release).toBe("0.5.6");
    expect(environment.sdkRelease).toBe("0.5.6");
    expect(started.transport).toBe("stdio");
  });

  test("0.6.0 for names that it brought, over stdio", async () => {
    const { facts, environment, started, call } = await start("sdk-0-6-0");
    expect(facts.sdk.release).toBe("0.6.0");
    expect(facts.sdk.reason).toContain("IntegrationProviderDefinition");
    expect(environment.sdkRelease).toMatch(/^0\.6\./);
    expect(started.transport).toBe("stdio");
    expect(await call("who_am_i", { text: "me" })).toEqual({ text: "me: 0 characters" });
  });

  test("the one that uv.lock pins is passed over where it lacks what the plugin imports", async () => {
    const { call } = await start("lock-lacks-imports");
    expect(await call("who_am_i", { text: "me" })).toEqual({ text: "me: 0 characters" });
  });
});

describe.each(["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.5"])("our starter with SDK %s", (sdkRelease) => {
  test("serves HTTP on connections that may be kept", async () => {
    const { started, call } = await start("echo", { sdkRelease });
    expect(started).toMatchObject({ transport: "http", keepAlive: true });
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });

  test("keeps a connection on which a node failed, and the traceback in the log", async () => {
    const { call, log } = await start("echo", { sdkRelease });
    for (let round = 0; round < 20; round++) {
      await call("raise_runtime", { message: `no luck ${round}` });
      expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
    }
    // What is printed takes another way than the answer, and may be later.
    await expect.poll(log).toMatch(/nodes\.py.*RuntimeError: no luck 19/s);
  });
});

describe.each(["0.5.6", "0.6.0"])("our starter with SDK %s", (sdkRelease) => {
  test("keeps what the plugin and its children print out of the protocol", async () => {
    const { started, call, log } = await start("echo", { sdkRelease });
    expect(started).toMatchObject({ transport: "stdio", keepAlive: false });
    expect(await call("noise", { lines: "1000" })).toEqual({ printed: "1000" });
    await expect.poll(log).toContain("noise 999");
    await expect.poll(log).toContain("noise of a child");
  });

  test("takes lines far beyond 64 KiB, both ways", async () => {
    const { call } = await start("echo", { sdkRelease });
    const text = "é".repeat(1_000_000);
    expect(await call("echo", { text })).toEqual({ text });
  });

  test("serves HTTP where the operator asks for it", async () => {
    const { started, call } = await start("echo", { sdkRelease, transport: "http" });
    expect(started).toMatchObject({ transport: "http", keepAlive: true });
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });
});

describe("the published command", () => {
  test.each([
    ["0.5.5", "http"],
    ["0.6.0", "stdio"],
  ])("starts a plugin of SDK %s over %s, on connections that are not kept", async (sdkRelease, transport) => {
    const { started, call } = await start("echo", { sdkRelease, start: "bare" });
    expect(started).toMatchObject({
      transport,
      keepAlive: false,
      command: expect.stringMatching(/\/bin\/noxus$/),
    });
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });
});

test("kept connections to our starter do not wait for delayed acknowledgements", async () => {
  const ours = await start("echo", { sdkRelease: "0.5.5" });
  const bare = await preparePlugin(engine, "echo", { sdkRelease: "0.5.5", start: "bare" });
  const launch = await bare.launch();
  const kept = await runPlugin({ ...launch, keepAlive: true });
  stops.push(() => kept.stop(), launch.removeScratch);
  expect(await medianMs(ours)).toBeLessThan((await medianMs(kept)) / 3);
});

async function medianMs({ call }: Pick<RunningPlugin, "call">): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 15; count++) {
    const before = performance.now();
    await call("echo", { text: "hello" });
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[7] ?? 0;
}

describe("a plugin's process", () => {
  interface Seen {
    env: Record<string, string>;
    cwd: string;
    path: string[];
  }

  test("sees an environment made from nothing", async () => {
    const extra = { marker: "marker-1", bridgeUrl: "http://127.0.0.1:1/bridge/x" };
    const { call, started, environment } = await start("echo", {}, extra);
    const { env, cwd, path } = (await call("where", {})).seen as Seen;
    expect(env).toMatchObject({
      NOXUS_INSTANCE: "marker-1",
      PLUGIN_SERVER_URL: "http://127.0.0.1:1/bridge/x",
      PYTHONPATH: releaseOf("echo").folder,
      LOGURU_DIAGNOSE: "NO",
      HOME: started.scratchFolder,
      TMPDIR: started.scratchFolder,
    });
    expect(env.PATH?.split(":")[0]).toBe(join(environment.folder, "bin"));
    expect(cwd).toBe(started.scratchFolder);
    expect(path[0]).toBe(releaseOf("echo").folder);
    expect(path.some((entry) => entry.includes("starters"))).toBe(false);
    const allowed =
      /^(PATH|LANG|LC_ALL|LC_CTYPE|TZ|HOME|TMPDIR|VIRTUAL_ENV|NO_COLOR|NOXUS_INSTANCE|PLUGIN_SERVER_URL|PYTHON(PATH|UNBUFFERED)|GIT_PYTHON_REFRESH|LOGURU_DIAGNOSE|_TYPER_STANDARD_TRACEBACK|SSL_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|.*_proxy)$/i;
    expect(Object.keys(env).filter((name) => !allowed.test(name))).toEqual([]);
  });

  test.each(["starter", "bare"] as const)("is shown only its own package, with %s", async (how) => {
    const { call } = await start("two-packages", { start: how });
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });

  test("that ends while it is imported says why on stderr", async () => {
    await expect(start("exits-at-start")).rejects.toThrow(/ended with 3.*licence file is missing/s);
  });

  test("that lacks a module names it on stderr", async () => {
    await expect(start("import-error")).rejects.toThrow(/No module named 'a_module_that_is_not_installed'/);
  });
});

test("an environment that is older than its SDK was to be decides the transport", async () => {
  const { facts, environment, launch, release, settings } = await preparePlugin(engine, "echo");
  expect(facts.transport).toBe("stdio");
  const old = { ...environment, sdkRelease: "0.5.5", worker: false };
  const made = await launch({ environment: old });
  await made.removeScratch();
  expect(made.transport).toBe("http");
  await expect(
    launch({ release, environment: old, settings: { ...settings, transport: "stdio" } }),
  ).rejects.toMatchObject({ code: "transport_unsupported" });
});
