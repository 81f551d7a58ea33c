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
import type { PluginReport } from "../../packages/contracts/src/index.ts";
import { createSubjects, isAsWanted, noteRelease, type Subject, sourceOf } from "./subjects.ts";

/** How a plugin may be run; with so short a time it is idle between two calls. */
export const lives = [{}, { replicas: 2 }, { warmSpare: true }, { idleAfterMs: 20 }] as const;

/** Everything has to be as wanted after so long; an environment is made in one second, a back-off is a fifth of one. */
const restDeadlineMs = 60_000;

/** Plugins from Git over both transports and in both languages, and a server that may be killed at any time and goes on in its folder. */
export class World {
  readonly dataFolder: string;
  readonly subjects: readonly Subject[];
  /** How many a new server has open. */
  descriptorsOfNew = 0;
  readonly #git: GitServer;
  #server: SpawnedPluginServer | undefined;
  #life = 0;
  /** Every plugin has been installed once. */
  #isWarm = false;
  #changes = 0;

  private constructor(dataFolder: string, git: GitServer, subjects: readonly Subject[]) {
    this.dataFolder = dataFolder;
    this.#git = git;
    this.subjects = subjects;
  }

  static async create(): Promise<World> {
    const git = await startGitServer();
    const subjects = await createSubjects(git);
    const world = new World(await mkdtemp(join(tmpdir(), "noxus-faults-")), git, subjects);
    await world.startServer();
    world.descriptorsOfNew = world.descriptors().length;
    await world.rest();
    world.#isWarm = true;
    await world.stopServer();
    await world.startServer();
    return world;
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
    return openDescriptors(this.server.pid, Number(new URL(this.server.url).port));
  }

  async startServer(options: Pick<TestPluginServerOptions, "onSpawn"> = {}): Promise<void> {
    this.#server = await spawnPluginServer({
      dataFolder: this.dataFolder,
      ownEnvironments: true,
      variables: {
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
    subject.wanted.source = sourceOf(subject.repository);
    subject.wanted.reloads = (subject.wanted.reloads ?? 0) + 1;
    subject.wanted.generation += 1;
  }

  /** Back to the release that ran before the last one, where one did. */
  rollBack(subject: Subject): void {
    if (!subject.before) return;
    const { commit, release } = subject.before;
    subject.commit = commit;
    subject.wanted.source = { ...sourceOf(subject.repository), commit, release };
    subject.wanted.generation += 1;
  }

  /** Other processes: replicas, a spare, none while it is idle. */
  live(subject: Subject, life: (typeof lives)[number]): void {
    subject.wanted.settings = { ...subject.plainSettings, ...life };
    subject.wanted.generation += 1;
  }

  /** Sends the list of what is wanted now; a server that is killed meanwhile gets it in its next life. */
  async tell(): Promise<void> {
    const list = this.subjects
      .filter(({ installed }) => installed)
      .map(({ wanted, enabled }) => ({ ...wanted, enabled }));
    await this.#server?.put(...list).catch(() => {});
  }

  /** Resolves when every plugin is as wanted and no process is there but theirs. @throws with what is not */
  async rest(): Promise<void> {
    await this.tell();
    await until(() => this.#notAtRest(), restDeadlineMs);
  }

  async #notAtRest(): Promise<string | undefined> {
    const response = await this.server.request("GET", "/plugins");
    const { plugins } = (await response.json()) as { plugins: PluginReport[] };
    const wanted = this.subjects.filter(({ installed }) => installed);
    for (const subject of wanted) {
      const report = plugins.find(({ id }) => id === subject.wanted.id);
      if (!report || !isAsWanted(report, subject))
        return `${subject.plugin.name} is not as wanted: ${JSON.stringify({ ...report, manifest: undefined })}`;
      noteRelease(subject, report);
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
    await this.#git.close();
    await rm(this.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
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
