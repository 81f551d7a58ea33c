import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watch } from "chokidar";

/** What tools write beside the sources; a change there changes nothing that runs. */
const ignored =
  /(^|\/)(\.git|\.venv|venv|node_modules|__pycache__|\.\w+_cache|\.noxus)(\/|$)|(~|\.swp|\.tmp|\.tar\.gz)$/;
/** An editor writes a file in several steps, a formatter right after it. */
const quietMs = 60;

/** A folder's changes: one batch of files for each save, until the signal ends. */
export interface FolderWatch {
  /** Nothing that is saved from then on is missed. */
  ready: Promise<void>;
  batches: AsyncGenerator<string[]>;
}

export function watchFolder(folder: string, signal: AbortSignal): FolderWatch {
  const changed = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) => ignored.test(inside(folder, path)),
  });
  watcher.on("all", (_event, path) => {
    changed.add(inside(folder, path));
    wake.resolve();
  });
  const ready = Promise.withResolvers<void>();
  watcher.once("ready", ready.resolve);
  signal.addEventListener("abort", () => wake.resolve(), { once: true });

  async function* batches(): AsyncGenerator<string[]> {
    try {
      while (!signal.aborted) {
        await wake.promise;
        wake = Promise.withResolvers();
        if (signal.aborted) return;
        await delay(quietMs);
        const batch = [...changed].sort();
        changed.clear();
        if (batch.length > 0) yield withoutPassing(folder, batch);
      }
    } finally {
      await watcher.close();
    }
  }
  return { ready: ready.promise, batches: batches() };
}

function inside(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}

/** Editors make a file beside the one they save, and rename it: what came and went is not worth a word beside what is there. */
function withoutPassing(folder: string, batch: string[]): string[] {
  const there = batch.filter((file) => existsSync(join(folder, file)));
  return there.length > 0 ? there : batch;
}
