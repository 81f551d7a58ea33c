import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { PluginSettings } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { preparePlugin, warmEngine } from "../../../../fixtures/engine.ts";
import type { Engine, Launch } from "./engine.ts";

let engine: Engine;
const started: (() => Promise<void>)[] = [];

beforeAll(() => {
  engine = warmEngine();
});
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});
afterAll(() => engine.close());

/** Starts a fixture plugin as its launch says and calls its way in. */
async function startPlugin(name: string, options: Partial<PluginSettings> = {}) {
  const plugin = await preparePlugin(engine, name, options);
  const launch = await plugin.launch();
  const child = spawn(launch.command, launch.args, { env: launch.env, cwd: launch.cwd });
  const exited = once(child, "exit");
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-20_000);
  });
  started.push(async () => {
    child.kill("SIGKILL");
    await exited;
    await launch.removeScratch();
  });
  const call = launch.transport === "http" ? await httpCaller(child) : stdioCaller(child);
  return { ...plugin, started: launch as Launch, call, log: () => log };
}

interface Answer {
  outputs: Record<string, unknown>;
}

type Call = (node: string, inputs: Record<string, unknown>) => Promise<Record<string, unknown>>;

async function httpCaller(child: ChildProcessWithoutNullStreams): Promise<Call> {
  const lines = createInterface(child.stdout);
  const port = await new Promise<string>((resolve, reject) => {
    lines.on(
      "line",
      (line) => /^PLUGIN_PORT:(\d+)$/.exec(line)?.[1] && resolve(line.slice("PLUGIN_PORT:".length)),
    );
    child.once("exit", (code) => reject(new Error(`the plugin ended with ${code}`)));
  });
  return async (node, inputs) => {
    const body = JSON.stringify({ ctx: {}, inputs, config: {} });
    for (;;) {
      try {
        const headers = { "content-type": "application/json" };
        const response = await fetch(`http://127.0.0.1:${port}/nodes/${node}/execute`, {
          method: "POST",
          body,
          headers,
        });
        return ((await response.json()) as Answer).outputs;
      } catch (error) {
        // The port is printed before it listens.
        if (child.exitCode !== null) throw error;
      }
    }
  };
}

function stdioCaller(child: ChildProcessWithoutNullStreams): Call {
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async (node, inputs) => {
    const params = { node_name: node, ctx: {}, inputs, config: {} };
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "node.execute", params })}\n`);
    const { value } = await answers.next();
    return (JSON.parse(value ?? "") as { result: Answer }).result.outputs;
  };
}

describe("each SDK release runs in its own environment", () => {
  test("0.1.0 is chosen for an integration that only it knows, and serves HTTP", async () => {
    const { facts, environment, started, call } = await startPlugin("sdk-0-1-0");
    expect(facts.sdk).toMatchObject({ release: "0.1.0", warnings: [] });
    expect(facts.sdk.reason).toContain("NangoIntegration");
    expect(environment.sdkRelease).toBe("0.1.0");
    expect(started).toMatchObject({ transport: "http", keepAlive: true });
    expect(await call("echo", { text: "hello" })).toEqual({ text: "hello" });
  });

  test("0.5.5 is chosen where the plugin declares it, and serves HTTP", async () => {
    const { facts, environment, started, call } = await startPlugin("sdk-0-5-5");
    expect(facts.sdk.release).toBe("0.5.5");
    expect(environment.sdkRelease).toBe("0.5.5");
    expect(started.transport).toBe("http");
    expect(await call("join", { a: "x", b: "y" })).toEqual({ text: "x y" });
  });

  test("0.5.6 is chosen where the plugin declares it, and works over stdio with lines beyond 64 KiB", async () => {
    const { facts, environment, started, call } = await startPlugin("echo", { sdkRelease: "0.5.6" });
    expect(facts.sdk.release).toBe("0.5.6");
    expect(environment.sdkRelease).toBe("0.5.6");
    expect(started).toMatchObject({ transport: "stdio", keepAlive: false });
    const text = "é".repeat(200_000);
    expect(await call("echo", { text })).toEqual({ text });
  });

  test("0.6.0 is chosen for names that it brought, and works over stdio", async () => {
    const { facts, environment, started, call } = await startPlugin("sdk-0-6-0");
    expect(facts.sdk.release).toBe("0.6.0");
    expect(facts.sdk.reason).toContain("IntegrationProviderDefinition");
    expect(environment.sdkRelease).toMatch(/^0\.6\./);
    expect(started.transport).toBe("stdio");
    expect(await call("who_am_i", { text: "me" })).toEqual({ text: "me: 0 characters" });
  });
});
