import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { identify, isAlive, signalProcess } from "@noxus/service/base";
import { z } from "zod";
import { writePrivate } from "./secrets.ts";

const recordSchema = z.record(z.string(), z.object({ pid: z.number().int(), started: z.string() }));
type Programs = z.infer<typeof recordSchema>;

/** Between two looks whether a killed process is gone. */
const lookEveryMs = 20;

/** Which processes this life of the data folder runs, on disk, for the next life to know. */
export class ProgramRecord {
  readonly #file: string;
  readonly #programs: Programs = {};

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, "programs.json");
  }

  /** Notes the process that a program runs as now. */
  async note(name: string, pid: number): Promise<void> {
    const program = await identify(pid);
    if (!program) return;
    this.#programs[name] = program;
    writePrivate(this.#file, JSON.stringify(this.#programs));
  }

  /**
   * Ends what a killed life left: its programs are still on their way out, and would hold ports and folders. Only for
   * the owner of the data folder's lock. A pid that was given to another process since is left alone.
   */
  async endLeftovers(): Promise<string[]> {
    const left: string[] = [];
    for (const [name, program] of Object.entries(this.#read())) {
      if (await signalProcess(program, "SIGKILL")) left.push(name);
      while (await isAlive(program)) await delay(lookEveryMs);
    }
    return left;
  }

  #read(): Programs {
    if (!existsSync(this.#file)) return {};
    try {
      return recordSchema.parse(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch {
      return {};
    }
  }
}
