import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type SpawnedPluginServer, spawnPluginServer } from "../../fixtures/plugin-server.ts";
import { silent } from "../../fixtures/postgres.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../packages/database/src/index.ts";
import { generateKey } from "../../packages/service/src/index.ts";

const programOf = (name: string) =>
  fileURLToPath(new URL(`../../packages/${name}/src/main.ts`, import.meta.url));

/** One program of the cluster, in whatever life. */
export interface Member {
  readonly name: string;
  /** SIGKILL, or asked to stop; resolves when it has ended. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** A new life; resolves when it is ready. */
  start(): Promise<void>;
}

/** Platform, workers, plugin servers and PostgreSQL, each a process of its own that may be killed at any time. */
export class Cluster {
  readonly adminKey = "nx_cluster_admin_key_0123456789";
  readonly platformKey = "cluster-platform-key-0123456789";
  readonly members: Member[] = [];
  /** Paths that the site outside has been asked for: the effects of runs. */
  readonly effects: string[] = [];
  /** How long a lease of a worker that starts from now on lasts. */
  leaseMs = 1_500;
  platformUrl = "";
  siteUrl = "";
  readonly #folder: string;
  readonly #encryptionKey = generateKey();
  #postgres: EmbeddedPostgres | undefined;
  readonly #site = createServer((request, response) => {
    this.effects.push(request.url ?? "");
    response.setHeader("content-type", "application/json").end('"done"');
  });

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start({
    workers,
    pluginServers,
    leaseMs,
  }: {
    workers: number;
    pluginServers: number;
    leaseMs?: number;
  }): Promise<Cluster> {
    const cluster = new Cluster(await mkdtemp(join(tmpdir(), "noxus-cluster-")));
    cluster.leaseMs = leaseMs ?? cluster.leaseMs;
    cluster.members.push(cluster.#program("platform", "platform"));
    for (let n = 0; n < workers; n += 1) cluster.members.push(cluster.#program(`worker ${n}`, "worker"));
    for (let n = 0; n < pluginServers; n += 1) cluster.members.push(cluster.#pluginServer(n));
    try {
      await cluster.#startAll();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  async #startAll(): Promise<void> {
    this.siteUrl = await listening(this.#site);
    this.platformUrl = await freeUrl();
    await this.startPostgres();
    for (const member of this.members) await member.start();
  }

  /** One more, taking runs. */
  async addWorker(): Promise<Member> {
    const worker = this.#program(`worker ${this.members.length}`, "worker");
    this.members.push(worker);
    await worker.start();
    return worker;
  }

  get databaseUrl(): string {
    return this.#postgres?.url ?? "";
  }

  async startPostgres(): Promise<void> {
    this.#postgres = await startEmbeddedPostgres({
      dataFolder: join(this.#folder, "postgres"),
      logger: silent,
      // A process that is killed loses nothing of what the kernel has: what is tested is its own memory.
      settings: { fsync: "off", full_page_writes: "off" },
      signal: AbortSignal.timeout(60_000),
    });
  }

  async restartPostgres(how: "asked" | "killed"): Promise<void> {
    const server = this.#postgres;
    if (!server) return;
    if (how === "killed") process.kill(server.pid, "SIGKILL");
    else await server.stop();
    await server.exited;
    await this.startPostgres();
  }

  /** A request that is made again until the platform, which may be away, answers it. */
  async ask<T>(
    path: string,
    { body, key, method }: { body?: unknown; key?: string; method?: string } = {},
  ): Promise<T> {
    for (const until = Date.now() + 60_000; ; await delay(100)) {
      const answer = await fetch(this.platformUrl + path, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: {
          "x-api-key": this.adminKey,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(key && { "idempotency-key": key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      const text = await answer?.text().catch(() => undefined);
      if (answer?.ok && text !== undefined) return (text === "" ? undefined : JSON.parse(text)) as T;
      const isFault = answer && answer.status !== 503;
      if (isFault || Date.now() > until) throw new Error(`${path} answered ${answer?.status}: ${text}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.members.toReversed().map((member) => member.end("SIGTERM")));
    await this.#postgres?.stop();
    this.#site.closeAllConnections();
    this.#site.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #program(name: string, program: "platform" | "worker"): Member {
    let child: ChildProcess | undefined;
    return {
      name,
      end: async (signal) => {
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, "exit");
        child.kill(signal);
        await exit;
      },
      start: async () => {
        child = spawn(process.execPath, ["--conditions=noxus-source", programOf(program)], {
          env: { PATH: process.env.PATH, ...this.#variables() },
          stdio: ["ignore", "pipe", "inherit"],
        });
        await untilReady(child);
      },
    };
  }

  #variables(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      NOXUS_ENCRYPTION_KEY: this.#encryptionKey,
      NOXUS_ADMIN_KEY: this.adminKey,
      PLUGIN_SERVER_PLATFORM_KEY: this.platformKey,
      NOXUS_PORT: new URL(this.platformUrl).port,
      NOXUS_DATA_FOLDER: join(this.#folder, "platform"),
      NOXUS_HTTP_ALLOW_PRIVATE: "true",
      WORKER_LEASE_MS: String(this.leaseMs),
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "fatal",
    };
  }

  #pluginServer(number: number): Member {
    const dataFolder = join(this.#folder, `plugin-server-${number}`);
    let server: SpawnedPluginServer | undefined;
    return {
      name: `plugin server ${number}`,
      end: async (signal) => {
        const ended = server;
        server = undefined;
        await (signal === "SIGKILL" ? ended?.kill() : ended?.stop());
      },
      start: async () => {
        await mkdir(dataFolder, { recursive: true });
        const variables = {
          NOXUS_PLATFORM_URL: this.platformUrl,
          PLUGIN_SERVER_PLATFORM_KEY: this.platformKey,
          PLUGIN_SERVER_REPORT_MS: "1000",
        };
        server = await spawnPluginServer({ dataFolder, variables });
      },
    };
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit").then(([code, signal]) => {
    throw new Error(`It ended before it was ready (${code ?? signal}).`);
  });
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
      if (line.includes('"ready":true')) break;
    child.stdout?.resume();
  })();
  await Promise.race([ready, exited]);
  exited.catch(() => {});
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A platform that is killed comes back where it was. */
async function freeUrl(): Promise<string> {
  const server = createServer();
  const url = await listening(server);
  server.close();
  await once(server, "close");
  return url;
}
