import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isNoxusError } from "@noxus/contracts";
import { assertNotKilled, type CommandResult, runCommand } from "./command.ts";
import { uvEnvironment } from "./machine-settings.ts";
import { type MachineVariables, readPipOptions } from "./pip-config.ts";
import { findUv } from "./uv-binary.ts";

/** Downloading and building a large dependency from a slow index takes minutes; longer than this is a hang. */
const uvTimeoutMs = 30 * 60_000;

export interface UvOptions {
  machine: MachineVariables;
  /** Holds uv itself, where it is not on PATH, and the packages it has downloaded; shared by data folders. */
  cacheFolder: string;
}

export interface UvRun {
  cwd?: string;
  onProgress?: ((message: string) => void) | undefined;
  /** On top of the machine's settings. */
  env?: Record<string, string>;
  signal: AbortSignal;
}

/** The uv command with the machine's settings. Finds uv at first use, and again where that failed. */
export class Uv {
  readonly #options: UvOptions;
  #binary: string | undefined;
  #search: Promise<string> | undefined;
  #settings: Record<string, string> | undefined;

  constructor(options: UvOptions) {
    this.#options = options;
  }

  /** @throws NoxusError uv_missing, environment_failed where somebody else ended uv: what it said so far is no answer */
  async run(args: string[], { cwd, onProgress, env, signal }: UvRun): Promise<CommandResult> {
    const settings = await this.settings();
    const { cacheFolder } = this.#options;
    await mkdir(cacheFolder, { recursive: true });
    const result = await runCommand(await this.#find({ onProgress, signal }), args, {
      cwd: cwd ?? cacheFolder,
      env: { ...settings, ...env },
      ...(onProgress && { onLine: onProgress }),
      timeoutMs: uvTimeoutMs,
      signal,
    });
    assertNotKilled(result, "uv");
    return result;
  }

  /** The program itself with its environment, for who runs it with a terminal of its own. @throws NoxusError uv_missing */
  async program(signal: AbortSignal): Promise<{ file: string; env: Record<string, string> }> {
    await mkdir(this.#options.cacheFolder, { recursive: true });
    return { file: await this.#find({ signal }), env: await this.settings() };
  }

  /** Several that need it at once search once; the search of one that gives up is taken over by the next. */
  async #find({ onProgress, signal }: Pick<UvRun, "onProgress" | "signal">): Promise<string> {
    if (this.#binary && existsSync(this.#binary)) return this.#binary;
    const settings = await this.settings();
    const { cacheFolder } = this.#options;
    const others = this.#search;
    this.#search ??= findUv({ settings, cacheFolder, onProgress, signal }).finally(() => {
      this.#search = undefined;
    });
    try {
      this.#binary = await this.#search;
      return this.#binary;
    } catch (error) {
      if (!others || signal.aborted || isNoxusError(error)) throw error;
      return this.#find({ onProgress, signal });
    }
  }

  async settings(): Promise<Record<string, string>> {
    const { machine, cacheFolder } = this.#options;
    this.#settings ??= {
      UV_CACHE_DIR: join(cacheFolder, "packages"),
      ...uvEnvironment(machine, await readPipOptions(machine)),
    };
    return this.#settings;
  }
}
