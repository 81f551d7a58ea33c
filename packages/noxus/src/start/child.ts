import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { formatDuration } from "../terminal/duration.ts";
import { type ProgramEnd, type ProgramProcessOptions, spawnProgram } from "./program-process.ts";
import type { ProgramName } from "./run-program.ts";

export interface ChildOptions extends Omit<ProgramProcessOptions, "onReady"> {
  /** Told what a person wants to know of a life after the first: it ended, it is back. */
  onNews: (news: string) => void;
  /** Told of every process that it runs as. */
  onSpawn?: (pid: number) => void;
}

/** Waits before a restart double from the first to the last, and begin anew after a life of this length. */
const firstWaitMs = 500;
const longestWaitMs = 30_000;
const goodLifeMs = 60_000;
/** Platform and plugin server answer what is in flight within this; then they are killed. */
const stopDeadlineMs = 15_000;

type ChildState = "starting" | "ready" | "waiting" | "stopping" | "stopped";

/** One program as a child process that is started again when it dies. */
export class Child {
  readonly name: ProgramName;
  /** The address of its first life; rejects where that never became ready. */
  readonly ready: Promise<string | undefined>;
  /** starting and ready: it runs; waiting: it died and is started again; stopping, stopped: for good. */
  #state: ChildState = "starting";
  readonly #options: ChildOptions;
  readonly #stopped = new AbortController();
  readonly #loop: Promise<void>;
  #process: ChildProcess | undefined;
  #laterEnv: Record<string, string> = {};

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    const first = Promise.withResolvers<string | undefined>();
    this.ready = first.promise;
    this.ready.catch(() => {});
    // What the loop itself throws (a package that is not whole) is a first life that failed.
    this.#loop = this.#run(first).catch((error: unknown) => first.reject(error));
  }

  /** What later lives are started with besides: a port that the first one chose must stay the same. */
  setLaterEnvironment(env: Record<string, string>): void {
    this.#laterEnv = env;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Asks it to end, and kills it when it has not within 15 s. Safe to call again. */
  async stop(): Promise<void> {
    if (this.#state === "stopped") return;
    this.#state = "stopping";
    this.#stopped.abort();
    this.#process?.kill("SIGTERM");
    const timer = setTimeout(() => this.#process?.kill("SIGKILL"), stopDeadlineMs);
    await this.#loop.finally(() => clearTimeout(timer));
    this.#state = "stopped";
  }

  /** One life after the other, until it is stopped or its first life fails. */
  async #run(first: PromiseWithResolvers<string | undefined>): Promise<void> {
    for (let failures = 0; !this.#stopped.signal.aborted; failures++) {
      const startedAt = Date.now();
      const isFirst = failures === 0 && this.#state === "starting";
      const end = await this.#live((url) => {
        first.resolve(url);
        if (this.#state === "waiting")
          this.#options.onNews(`${this.name} is back (${formatDuration(Date.now() - startedAt)})`);
        this.#state = "ready";
      });
      if (this.#stopped.signal.aborted) break;
      if (isFirst && this.#state === "starting") return first.reject(end.error);
      if (Date.now() - startedAt > goodLifeMs) failures = 0;
      await this.#waitBeforeNext(end.words, failures);
    }
    first.reject(new Error(`${this.name} was stopped`));
  }

  async #waitBeforeNext(words: string, failures: number): Promise<void> {
    this.#state = "waiting";
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
    this.#options.onNews(
      `${this.name} ended (${words}); starting it again in ${formatDuration(waitMs)}. Log: ${this.#options.log.path}`,
    );
    await delay(waitMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
  }

  /** From spawn to exit. */
  #live(onReady: (url: string | undefined) => void): Promise<ProgramEnd> {
    const env = { ...this.#options.env, ...this.#laterEnv };
    const { child, ended } = spawnProgram({ ...this.#options, env, onReady });
    this.#process = child;
    if (child.pid !== undefined) this.#options.onSpawn?.(child.pid);
    return ended;
  }
}
