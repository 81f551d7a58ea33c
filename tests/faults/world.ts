import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type GitServer, startGitServer } from "../../fixtures/git-server.ts";
import {
  type SpawnedPluginServer,
  spawnPluginServer,
  type TestPluginServerOptions,
} from "../../fixtures/plugin-server.ts";
import { type FoundProcess, killNow, openDescriptors, processesOf } from "../../fixtures/processes.ts";
import type { Plugin } from "../../packages/contracts/src/index.ts";
import { Cluster } from "./cluster.ts";
import { createSubjects, isAsWanted, noteRelease, type Subject, sourceOf } from "./subjects.ts";

/** How a plugin may be run; with so short a time it is idle between two calls. */
export const lives = [{}, { replicas: 2 }, { warmSpare: true }, { idleAfterMs: 20 }] as const;

type Told = Pick<Subject, "source" | "settings" | "enabled" | "reloads"> & { id: string };

/** Everything has to be as wanted after so long; an environment is made in one second, a back-off is a fifth of one. */
const restDeadlineMs = 60_000;

/**
 * Plugins from Git over both transports and in both languages, a server that may be killed at any time and goes on in its
 * folder, and a platform that says what is wanted, and may be killed as well.
 */
export class World {
  readonly dataFolder: string;
  readonly subjects: readonly Subject[];
  /** How many a new server has open. */
  descriptorsOfNew = 0;
  readonly #git: GitServer;
  /** The platform and its PostgreSQL. */
  readonly #cluster: Cluster;
  /** What the platform was told last of each subject. */
  readonly #told = new Map<Subject, Told>();
  #server: SpawnedPluginServer | undefined;
  #life = 0;
  /** Every plugin has been installed once. */
  #isWarm = false;
  #changes = 0;

  private constructor(
    dataFolder: string,
    { git, cluster, subjects }: { git: GitServer; cluster: Cluster; subjects: readonly Subject[] },
  ) {
    this.dataFolder = dataFolder;
    this.#git = git;
    this.#cluster = cluster;
    this.subjects = subjects;
  }

  static async create(): Promise<World> {
    const git = await startGitServer();
    const subjects = await createSubjects(git);
    const cluster = await Cluster.start({ workers: 0, pluginServers: 0 });
    const world = new World(await mkdtemp(join(tmpdir(), "noxus-faults-")), { git, cluster, subjects });
    try {
      await world.#warm();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Everything is installed once, and then a server is there that has not done it. */
  async #warm(): Promise<void> {
    await this.startServer();
    this.descriptorsOfNew = await this.#fewestDescriptors();
    await this.rest();
    this.#isWarm = true;
    await this.stopServer();
    await this.startServer();
  }

  get server(): SpawnedPluginServer {
    if (!this.#server) throw new Error("the server is not there now");
    return this.#server;
  }

  /** Counts the servers; undefined while none is there. */
  get life(): number | undefined {
    return this.#server && this.#life;
  }

  /** What the server has open of its own. */
  descriptors(): string[] {
    const [own, platform] = [this.server.url, this.#cluster.platformUrl].map((url) =>
      Number(new URL(url).port),
    );
    return openDescriptors(this.server.pid, own ?? 0, platform);
  }

  /** A new server opens and closes some things for a moment. */
  async #fewestDescriptors(): Promise<number> {
    let fewest = Number.POSITIVE_INFINITY;
    for (let looks = 0; looks < 20; looks += 1) {
      fewest = Math.min(fewest, this.descriptors().length);
      await delay(50);
    }
    return fewest;
  }

  async startServer(options: Pick<TestPluginServerOptions, "onSpawn"> = {}): Promise<void> {
    this.#server = await spawnPluginServer({
      dataFolder: this.dataFolder,
      ownEnvironments: true,
      variables: {
        NOXUS_PLATFORM_URL: this.#cluster.platformUrl,
        PLUGIN_SERVER_PLATFORM_KEY: this.#cluster.platformKey,
        PLUGIN_SERVER_REPORT_MS: "500",
        PLUGIN_SERVER_TICK_MS: "300",
        PLUGIN_SERVER_RESTART_FIRST_MS: "50",
        PLUGIN_SERVER_RESTART_CAP_MS: "200",
        // Whatever the machine, installs and starts of several plugins overlap.
        PLUGIN_SERVER_MAX_INSTALLS: "2",
        PLUGIN_SERVER_MAX_STARTS: "2",
        // All packages are there by then: what is tested is not how long an index takes to answer.
        ...(this.#isWarm && { UV_OFFLINE: "1" }),
      },
      ...options,
    });
    this.#life += 1;
  }

  async killServer(): Promise<void> {
    const server = this.server;
    this.#server = undefined;
    await server.kill();
  }

  async stopServer(): Promise<void> {
    const server = this.server;
    this.#server = undefined;
    await server.stop();
  }

  /** A new commit with another requirement: it has to be fetched, and to get an environment of its own. */
  async update(subject: Subject): Promise<void> {
    this.#changes += 1;
    subject.commit = await this.#git.commit(subject.repository, {
      files: subject.plugin.files(this.#changes),
    });
    subject.source = sourceOf(subject.repository);
    subject.reloads += 1;
  }

  /** Back to the release that ran before the last one, where one did. */
  rollBack(subject: Subject): void {
    if (!subject.before) return;
    const { commit, release } = subject.before;
    subject.commit = commit;
    subject.source = { ...sourceOf(subject.repository), commit, release };
  }

  /** Other processes: replicas, a spare, none while it is idle. */
  live(subject: Subject, life: (typeof lives)[number]): void {
    subject.settings = { ...subject.plainSettings, ...life };
  }

  /** SIGKILL, and another life of it, which finds everything in PostgreSQL. */
  async killPlatform(): Promise<void> {
    const [platform] = this.#cluster.members;
    await platform?.end("SIGKILL");
    await platform?.start();
  }

  /** Tells the platform what is wanted now; what it does not take now (409) it is told again while all come to rest. */
  async tell(): Promise<void> {
    const plugins = await this.#plugins();
    const tells = this.subjects.map((subject) => this.#tellOf(subject, pluginOf(subject, plugins)));
    for (const { reason } of rejectionsOf(await Promise.allSettled(tells)))
      if (!/answered 4/.test(String(reason))) throw reason;
  }

  async #tellOf(subject: Subject, now: Plugin | undefined): Promise<void> {
    const { source, settings, enabled, reloads, installed } = subject;
    const path = `/v1/plugins/${now?.id}`;
    if (!installed) {
      if (now) await this.#cluster.ask(path, { method: "DELETE" });
      return;
    }
    if (!now) {
      const { id } = await this.#cluster.ask<Plugin>("/v1/plugins", { body: { source, settings } });
      this.#told.set(subject, { id, source, settings, enabled: true, reloads });
      return;
    }
    const told = this.#told.get(subject);
    const isNew = told?.id !== now.id;
    if (isNew || told.source !== source || told.settings !== settings || told.enabled !== enabled)
      await this.#cluster.ask(path, { method: "PATCH", body: { source, settings, enabled } });
    if (isNew || told.reloads !== reloads) await this.#cluster.ask(`${path}/reload`, { method: "POST" });
    this.#told.set(subject, { id: now.id, source, settings, enabled, reloads });
  }

  async #plugins(): Promise<Plugin[]> {
    return (await this.#cluster.ask<{ items: Plugin[] }>("/v1/plugins?size=100")).items;
  }

  /**
   * Resolves when every plugin is as wanted, server and platform say the same of it, and no process is there but theirs.
   *
   * @throws with what is not
   */
  async rest(): Promise<void> {
    await until(async () => {
      await this.tell();
      return this.#notAtRest();
    }, restDeadlineMs);
  }

  async #notAtRest(): Promise<string | undefined> {
    const plugins = await this.server.list();
    const records = await this.#plugins();
    const wanted = this.subjects.filter(({ installed }) => installed);
    for (const subject of wanted) {
      const record = pluginOf(subject, records);
      const report = plugins.find(({ id }) => id === record?.id);
      for (const said of [report, record?.report])
        if (!record || !said || !isAsWanted(said, subject, record.generation))
          return `${subject.plugin.name} is not as wanted: ${JSON.stringify({ ...said, manifest: undefined })}`;
      if (report) noteRelease(subject, report);
    }
    if (plugins.length > wanted.length) return "a plugin is there that nobody wants";
    const pids = plugins.flatMap(({ instances }) => instances.map(({ pid }) => pid));
    const others = this.#processes().filter(({ pid }) => !pids.includes(pid));
    return others.length > 0 ? `processes too many: ${JSON.stringify(others)}` : undefined;
  }

  /** Of this world's processes, those that are neither the server nor its watchdog. */
  #processes(): FoundProcess[] {
    return processesOf(this.dataFolder).filter(({ pid }) => pid !== this.#server?.pid);
  }

  /** Watchdogs know the server by its id alone. */
  async #watchdogs(): Promise<FoundProcess[]> {
    const id = await readFile(join(this.dataFolder, "plugin-server", "server-id"), "utf8");
    return processesOf(id.trim()).filter(({ command }) => command.includes("noxus-watchdog"));
  }

  /** Takes everything out, and waits until nothing of it is left: no process, and no file but the server's own. */
  async empty(): Promise<void> {
    for (const subject of this.subjects) subject.installed = false;
    await this.rest();
    await until(async () => {
      const left = await leftIn(join(this.dataFolder, "plugin-server"));
      return left.length > 0 ? `left on disk: ${left.join(", ")}` : undefined;
    }, restDeadlineMs);
  }

  /** Resolves when nothing of a server that was stopped runs any more. */
  async nothingRuns(): Promise<void> {
    await until(async () => {
      const left = [...this.#processes(), ...(await this.#watchdogs())];
      return left.length > 0 ? `processes left: ${JSON.stringify(left)}` : undefined;
    }, restDeadlineMs);
  }

  async close(): Promise<void> {
    await this.#server?.stop();
    for (const { pid } of processesOf(this.dataFolder)) killNow(pid);
    await this.#cluster.close();
    await this.#git.close();
    await rm(this.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function rejectionsOf(results: readonly PromiseSettledResult<void>[]): PromiseRejectedResult[] {
  return results.filter((result) => result.status === "rejected");
}

/** A plugin is known by where it comes from: its id is another one after each uninstall. */
function pluginOf({ repository }: Subject, plugins: readonly Plugin[]): Plugin | undefined {
  return plugins.find(({ source }) => source.type === "git" && source.repo_url === repository.url);
}

/** Files of the server itself, which stay. */
const ownFiles = new Set(["api-key", "desired.json", "last-start", "lock", "server-id"]);

async function leftIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const left = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isDirectory()) return ownFiles.has(entry.name) ? [] : [entry.name];
      return (await readdir(join(folder, entry.name))).map((name) => join(entry.name, name));
    }),
  );
  return left.flat();
}

/** Asks again and again until nothing is in the way. */
async function until(problem: () => Promise<string | undefined>, deadlineMs: number): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await problem();
    if (!found) return;
    if (Date.now() > deadline) throw new Error(`after ${deadlineMs} ms still: ${found}`);
    await delay(50);
  }
}
