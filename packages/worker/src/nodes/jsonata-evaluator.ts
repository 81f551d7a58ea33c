import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { NoxusError } from "@noxus/contracts";
import type { JsonataResult, JsonataTask } from "./jsonata-thread.ts";

interface Evaluation {
  expression: string;
  input: unknown;
  eachItem?: boolean;
  signal: AbortSignal;
}

/** Run from source the thread's file is TypeScript, from a package JavaScript: the same as this one. */
const threadFile = new URL(
  `./jsonata-thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`,
  import.meta.url,
);

/** Evaluates JSONata in one thread, one expression after the other, each within a time and memory limit. */
export class JsonataEvaluator {
  readonly #timeoutMs: number;
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param options.timeoutMs Of one evaluation; 2,000 by default: the next one waits for it. */
  constructor({ timeoutMs = 2_000 }: { timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws NoxusError `expression_invalid` in JSONata's own words, or because of the limits. */
  evaluate({ expression, input, eachItem = false, signal }: Evaluation): Promise<unknown> {
    const turn = this.#last.then(() => this.#run({ expression, input, eachItem }, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #run(task: JsonataTask, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    this.#thread ??= startThread();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    try {
      const answer = once(this.#thread, "message", { signal: limit }) as Promise<[JsonataResult]>;
      this.#thread.postMessage(task);
      const [result] = await answer;
      return resultOf(result, task);
    } catch (error) {
      if (error instanceof NoxusError) throw error;
      await this.stop();
      signal.throwIfAborted();
      throw this.#limitError(task, error);
    }
  }

  #limitError({ expression }: JsonataTask, cause: unknown): NoxusError {
    const what =
      (cause as Error).name === "AbortError" ? `ran longer than ${this.#timeoutMs} ms` : String(cause);
    return new NoxusError("expression_invalid", `The expression ${quoted(expression)} ${what}.`, { cause });
  }
}

function startThread(): Worker {
  const thread = new Worker(threadFile, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  thread.unref();
  // Told to whoever waits for an answer; without a listener a thread out of memory would end the program.
  thread.on("error", () => {});
  return thread;
}

function resultOf(result: JsonataResult, { expression }: JsonataTask): unknown {
  if ("json" in result) return JSON.parse(result.json);
  throw new NoxusError(
    "expression_invalid",
    `The expression ${quoted(expression)} cannot be evaluated: ${result.error}`,
  );
}

function quoted(expression: string): string {
  return `"${expression.length > 200 ? `${expression.slice(0, 200)}…` : expression}"`;
}
