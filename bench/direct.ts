import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Launch } from "../packages/plugin-server/src/engines/engine.ts";

/** A stdio plugin called with nothing in between: the smallest JSON-RPC client, as the floor to compare with. */
export class DirectStdioPlugin {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;

  constructor(launch: Launch) {
    this.#child = spawn(launch.command, launch.args, {
      env: launch.env,
      cwd: launch.cwd,
      stdio: ["pipe", "pipe", "ignore"],
    });
    if (!this.#child.stdout) throw new Error("The plugin has no stdout.");
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
  }

  async call(method: string, params: unknown): Promise<unknown> {
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return answer.promise;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin?.end();
    await exited;
  }

  #take(line: string): void {
    if (!line.startsWith("{")) return;
    const { id, result, error } = JSON.parse(line) as {
      id: number;
      result?: unknown;
      error?: { message: string };
    };
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result);
  }
}
