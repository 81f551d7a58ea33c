import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Environment } from "./engine.ts";

const markerSchema = z.object({
  python: z.string().optional(),
  node: z.string().optional(),
  sdkRelease: z.string(),
  worker: z.boolean(),
  warnings: z.array(z.string()),
  /** Which packages it held when the environment was finished. */
  installed: z.array(z.string()),
});

export type FinishedEnvironment = Environment & { worker: boolean };

/** How an engine's environments are laid out, for the look whether one is whole. */
export interface EnvironmentLayout {
  /** The file without which nothing starts. */
  entryOf(folder: string): string;
  /** Names of the installed packages; rejects where their folder is gone. */
  installedIn(folder: string): Promise<string[]>;
}

/**
 * The folder of environments, one a key. Each attempt is built in a folder of its own, so that a uv that outlives a
 * killed server writes where nobody looks; then it is renamed (it is relocatable), and finished by its marker file,
 * which is written last and atomically: without one it is no environment.
 */
export class EnvironmentStore {
  readonly #folder: string;
  readonly #layout: EnvironmentLayout;

  constructor(folder: string, layout: EnvironmentLayout = pythonLayout) {
    this.#folder = folder;
    this.#layout = layout;
  }

  pathOf(key: string): string {
    return join(this.#folder, key);
  }

  /** The finished and unchanged environment of this key, if there is one. */
  async read(key: string): Promise<FinishedEnvironment | undefined> {
    const folder = this.pathOf(key);
    const marker = await readMarker(folder);
    if (!marker || !(await this.#isWhole(folder, marker.installed))) return undefined;
    const { installed: _installed, ...environment } = marker;
    return { key, folder, ...environment };
  }

  /** A folder to build in: the virtual environment is to be made at this path. */
  async begin(): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    return join(this.#folder, `.building-${randomUUID()}`);
  }

  /** Moves what was built to its place; what is there is moved aside, should a process still run in it. */
  async place(key: string, built: string): Promise<string> {
    await this.remove(key);
    await rename(built, this.pathOf(key));
    return this.pathOf(key);
  }

  async discard(built: string): Promise<void> {
    await removeFolder(built);
  }

  /** Makes what lies in the key's place an environment. */
  async finish(
    key: string,
    facts: Omit<z.infer<typeof markerSchema>, "installed">,
  ): Promise<FinishedEnvironment> {
    const folder = this.pathOf(key);
    const marker = { ...facts, installed: await this.#layout.installedIn(folder) };
    const temporary = join(folder, `.${randomUUID()}`);
    await writeFile(temporary, JSON.stringify(marker, undefined, 2), { flush: true });
    await rename(temporary, markerOf(folder));
    return { key, folder, ...facts };
  }

  async remove(key: string): Promise<void> {
    const trash = join(this.#folder, `.trash-${randomUUID()}`);
    // The marker goes first, so that a half-removed environment is never taken for one.
    await rm(markerOf(this.pathOf(key)), { force: true });
    const moved = await rename(this.pathOf(key), trash).then(
      () => true,
      () => false,
    );
    if (moved) await removeFolder(trash);
  }

  /** Removes half-built and half-removed environments. */
  async sweep(): Promise<void> {
    for (const name of await this.#names()) {
      const folder = this.pathOf(name);
      if (name.startsWith(".") || !(await readMarker(folder))) await removeFolder(folder);
    }
  }

  /** Keys of the finished environments. */
  async keys(): Promise<string[]> {
    return (await this.#names()).filter((name) => !name.startsWith("."));
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  /**
   * Whether the entry and all that was installed is there, in the version that was installed. One directory read.
   * What was added since is let be: a plugin may write beside its libraries, and must not be installed again for that.
   */
  async #isWhole(folder: string, installed: string[]): Promise<boolean> {
    try {
      await access(this.#layout.entryOf(folder));
      const there = new Set(await this.#layout.installedIn(folder));
      return installed.every((name) => there.has(name));
    } catch {
      return false;
    }
  }
}

/** Tries again, for a command that outlived its server may still write into the folder. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function markerOf(folder: string): string {
  return join(folder, "environment.json");
}

async function readMarker(folder: string): Promise<z.infer<typeof markerSchema> | undefined> {
  try {
    return markerSchema.parse(JSON.parse(await readFile(markerOf(folder), "utf8")));
  } catch {
    return undefined;
  }
}

async function installedIn(folder: string): Promise<string[]> {
  const names = await readdir(await sitePackagesOf(folder));
  return names.filter((name) => name !== "__pycache__").sort();
}

const pythonLayout: EnvironmentLayout = { entryOf: (folder) => pythonOf(folder), installedIn };

export function pythonOf(folder: string): string {
  return join(folder, "bin", "python");
}

export async function sitePackagesOf(folder: string): Promise<string> {
  const [version] = (await readdir(join(folder, "lib"))).filter((name) => name.startsWith("python"));
  return join(folder, "lib", version ?? "", "site-packages");
}

/** The exact SDK release that is installed, and whether it has the stdio worker. */
export async function installedSdk(
  folder: string,
): Promise<{ sdkRelease: string; worker: boolean } | undefined> {
  const sitePackages = await sitePackagesOf(folder);
  const names = await readdir(sitePackages);
  const sdkRelease = names.map((name) => /^noxus_sdk-(.+)\.dist-info$/.exec(name)?.[1]).find(Boolean);
  if (!sdkRelease) return undefined;
  const plugins = await readdir(join(sitePackages, "noxus_sdk", "plugins")).catch((): string[] => []);
  return { sdkRelease, worker: plugins.includes("worker.py") };
}
