import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { processStartTime } from "./process-start-time.ts";
import { writePrivate } from "./secrets.ts";

const recordSchema = z.record(z.string(), z.object({ pid: z.number().int(), startTime: z.string() }));
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
  note(name: string, pid: number): void {
    const startTime = processStartTime(pid);
    if (startTime === undefined) return;
    this.#programs[name] = { pid, startTime };
    writePrivate(this.#file, JSON.stringify(this.#programs));
  }

  /**
   * Ends what a killed life left: its programs are still on their way out, and would hold ports and folders. Only for
   * the owner of the data folder's lock. A pid that was given to another process since is left alone.
   */
  async endLeftovers(): Promise<string[]> {
    const left = Object.entries(this.#read()).filter(([, program]) => isAlive(program));
    for (const [, { pid }] of left) kill(pid);
    for (const [, program] of left) while (isAlive(program)) await delay(lookEveryMs);
    return left.map(([name]) => name);
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

function isAlive({ pid, startTime }: Programs[string]): boolean {
  return processStartTime(pid) === startTime;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended between the look and the signal.
  }
}
