import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { formatDuration } from "../terminal/duration.ts";
import { failureFromLog } from "./child-failure.ts";
import type { RotatingLog } from "./rotating-log.ts";
import { type ProgramName, programCommand } from "./run-program.ts";

export interface ChildOptions {
  name: ProgramName;
  env: Record<string, string | undefined>;
  log: RotatingLog;
  /** Told what a person wants to know of a life after the first: it ended, it is back. */
  onNews: (news: string) => void;
}

/** The line that a program prints on stdout when it can be used. */
const readyLineSchema = z.looseObject({ ready: z.literal(true), url: z.string().optional() });

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

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    const first = Promise.withResolvers<string | undefined>();
    this.ready = first.promise;
    this.ready.catch(() => {});
    // What the loop itself throws (a package that is not whole) is a first life that failed.
    this.#loop = this.#run(first).catch((error: unknown) => first.reject(error));
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

  /** From spawn to exit. The channel ends the child when this process dies, however it dies. */
  #live(onReady: (url: string | undefined) => void): Promise<{ words: string; error: NoxusError }> {
    const { env, log } = this.#options;
    const { command, args } = programCommand(this.name);
    const child = spawn(command, args, {
      env: env as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.#process = child;
    const tail = new Tail();
    child.stdout?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      for (const line of chunk.toString().split("\n")) parseReady(line, onReady);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      tail.add(chunk);
    });
    const { promise, resolve } = Promise.withResolvers<{ words: string; error: NoxusError }>();
    const end = (words: string) =>
      resolve({ words, error: failureFromLog(this.name, words, tail.text, log.path) });
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    return promise;
  }
}

function parseReady(line: string, onReady: (url: string | undefined) => void): void {
  if (!line.includes('"ready"')) return;
  try {
    onReady(readyLineSchema.parse(JSON.parse(line)).url);
  } catch {
    // Something else that holds the word; it is in the log.
  }
}

/** The end of what a process wrote on stderr. */
class Tail {
  text = "";

  add(chunk: Buffer): void {
    this.text = (this.text + chunk.toString()).slice(-8_000);
  }
}
