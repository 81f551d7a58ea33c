import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { pythonOf, sitePackagesOf } from "./environment-store.ts";

/** At the lowest priority on a busy machine it may take long; it is tried again at the next start. */
const compileTimeoutMs = 10 * 60_000;

/**
 * Compiles environments' modules, at the lowest priority, while their first plugin already runs: before the first
 * start it would cost more than it gives, and a start with byte-code takes half the time of one without.
 */
export class ByteCode {
  readonly #closing = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  /** Returns at once. Nobody waits for it, and a failure costs no more than a slower start. */
  compileInBackground(environmentFolder: string): void {
    if (this.#running.has(environmentFolder)) return;
    const work = compile(environmentFolder, this.#closing.signal)
      .catch(() => {})
      .finally(() => this.#running.delete(environmentFolder));
    this.#running.set(environmentFolder, work);
  }

  /** Safe at any moment: Python writes each file beside and renames it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running.values());
  }
}

async function compile(environmentFolder: string, signal: AbortSignal): Promise<void> {
  const done = join(environmentFolder, ".byte-code");
  if (await isThere(done)) return;
  const folder = await sitePackagesOf(environmentFolder);
  const { exitCode } = await runCommand(
    pythonOf(environmentFolder),
    ["-I", "-m", "compileall", "-q", "-j", "1", folder],
    { env: {}, background: true, timeoutMs: compileTimeoutMs, signal },
  );
  // Exit code 1 says that some file is no valid Python; it will not be next time either.
  if (exitCode === 0 || exitCode === 1) await writeFile(done, "");
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
