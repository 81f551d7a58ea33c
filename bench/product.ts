import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Plugin, PluginInstall } from "../packages/contracts/src/index.ts";

const command = fileURLToPath(new URL("../packages/noxus/bin/noxus.mjs", import.meta.url));

/** Known beforehand, as users have it: then all programs start side by side. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The whole product as `noxus start` brings it up, in a data folder that goes when it is closed. */
export class Product {
  readonly dataFolder: string;
  #child: ChildProcess | undefined;
  #url = "";
  #key = "";

  private constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
  }

  /** Nothing runs yet. */
  static async create(): Promise<Product> {
    return new Product(await mkdtemp(join(tmpdir(), "noxus-bench-")));
  }

  get url(): string {
    return this.#url;
  }

  get adminKey(): string {
    return this.#key;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts everything; ms until the command says that it is ready. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const port = String(await freePort());
    const args = [command, "start", "--json", "--no-examples", "--port", port, "--data", this.dataFolder];
    const env = { ...process.env, PLUGIN_SERVER_PORT: "0" };
    this.#child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const ready = await this.#readyLine(this.#child);
    this.#url = ready.url;
    this.#key = (await readFile(ready.adminKeyFile, "utf8")).trim();
    return performance.now() - startedAt;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await exited;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.dataFolder, { recursive: true, force: true });
  }

  /** @throws Error with the answer's text where it is no success. */
  async request<T>(path: string, init: { method?: string; body?: unknown } = {}): Promise<T> {
    const answer = await fetch(this.#url + path, {
      method: init.method ?? "GET",
      headers: {
        "x-api-key": this.#key,
        ...(init.body !== undefined && { "content-type": "application/json" }),
      },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${path} answered ${answer.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Installs and waits until it runs. */
  async install(install: PluginInstall): Promise<Plugin> {
    const { id } = await this.request<Plugin>("/v1/plugins", { method: "POST", body: install });
    return this.untilRunning(id);
  }

  /** @param options.since Only a process that started after this counts: what an earlier life reported does not. */
  async untilRunning(id: string, { since = new Date(0) }: { since?: Date } = {}): Promise<Plugin> {
    const deadline = performance.now() + 180_000;
    for (;;) {
      const plugin = await this.request<Plugin>(`/v1/plugins/${id}`);
      const isOfThisLife = plugin.report?.instances.some(
        ({ state, startedAt }) => state === "ready" && new Date(startedAt) > since,
      );
      if (plugin.status === "running" && isOfThisLife) return plugin;
      const problem = plugin.report?.failure;
      if (plugin.status === "error") throw new Error(`${plugin.name}: ${problem?.code} ${problem?.message}`);
      if (performance.now() > deadline) throw new Error(`${plugin.name} is still ${plugin.status}`);
      await setTimeout(20);
    }
  }

  async uninstall(id: string): Promise<void> {
    await this.request(`/v1/plugins/${id}`, { method: "DELETE" });
  }

  /** Waits until the record is gone. */
  async untilGone(id: string, withinMs = 60_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const plugins = await this.request<{ items: Plugin[] }>("/v1/plugins?size=500");
      if (!plugins.items.some((plugin) => plugin.id === id)) return;
      if (performance.now() > deadline) throw new Error(`Plugin ${id} is still there.`);
      await setTimeout(50);
    }
  }

  /** Follows the run's events to the last; gives its last status. */
  async untilRunEnds(id: string): Promise<string> {
    const answer = await fetch(`${this.#url}/v1/runs/${id}/events`, { headers: { "x-api-key": this.#key } });
    const text = await answer.text();
    return /.*"workflow_status":\s*"(\w+)"/s.exec(text)?.[1] ?? "unknown";
  }

  async #readyLine(child: ChildProcess): Promise<{ url: string; adminKeyFile: string }> {
    if (!child.stdout) throw new Error("The command has no stdout.");
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith("{")) continue;
      const value = JSON.parse(line) as { ready?: boolean; url: string; adminKeyFile: string };
      if (value.ready) return value;
    }
    throw new Error("noxus start ended before it was ready; what it said is above.");
  }
}
