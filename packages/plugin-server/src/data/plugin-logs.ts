import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type LogFile, openLogFile } from "../logs/log-file.ts";

/** The log of each plugin, opened once and kept open: one folder a plugin. */
export class PluginLogs {
  readonly #folder: string;
  readonly #open = new Map<string, LogFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(pluginId: string): LogFile {
    const open = this.#open.get(pluginId);
    if (open) return open;
    const log = openLogFile({ folder: join(this.#folder, pluginId) });
    this.#open.set(pluginId, log);
    return log;
  }

  /** Ids of the plugins that have lines on disk. */
  list(): Promise<string[]> {
    return readdir(this.#folder);
  }

  async remove(pluginId: string): Promise<void> {
    await this.#open.get(pluginId)?.flush();
    this.#open.delete(pluginId);
    await rm(join(this.#folder, pluginId), { recursive: true, force: true });
  }

  /** Resolves when everything written so far is on disk. */
  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map((log) => log.flush()));
  }
}
