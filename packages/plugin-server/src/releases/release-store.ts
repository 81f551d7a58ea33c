import { randomUUID } from "node:crypto";
import { access, cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BYTE_CODE_FOLDER, digestTree, readTree, type TreeEntry } from "./file-tree.ts";
import type { Release } from "./release.ts";
import { readRecord, syncFolder, writeRecord } from "./release-record.ts";

/** How a release on disk differs from what was stored; paths, at most 20 each. */
export interface Drift {
  state: "drift";
  missing: string[];
  /** Another size, time, kind or content. */
  changed: string[];
}

export type Verdict = { state: "ok" } | { state: "absent" } | Drift;

/**
 * Immutable copies of sources, one folder each, named by their content: `<folder>/<hash>/` is the tree, `<hash>.json` what was
 * recorded of it. A release is there when both are; the tree comes last, by a rename, and goes first. What a crash leaves
 * between, `sweep` removes.
 */
export class ReleaseStore {
  readonly #folder: string;
  /** The last of the changes that go on; each waits for the one before, for two of one release would mix. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
  }

  /**
   * Moves a fetched folder in, and gives its release; the folder is gone afterwards, also where the same content was there
   * already. A stored copy that has changed on disk is replaced.
   */
  async add(folder: string, signal?: AbortSignal): Promise<Release> {
    await mkdir(this.#folder, { recursive: true });
    await removeByteCode(folder);
    const entries = await readTree(folder);
    const hash = await digestTree(folder, entries, { sync: true, signal });
    return this.#inTurn(async () => {
      if ((await this.verify(hash, { signal })).state === "ok") await rm(folder, { recursive: true });
      else await this.#replace(folder, hash, entries);
      return this.#release(hash);
    });
  }

  async get(hash: string): Promise<Release | undefined> {
    const parts = [this.#tree(hash), this.#record(hash)];
    const found = await Promise.all(parts.map((path) => isThere(path)));
    return found.every(Boolean) ? this.#release(hash) : undefined;
  }

  /** Bytes of its files, as stored; 0 where it is not there. */
  async bytesOf(hash: string): Promise<number> {
    const entries = (await readRecord(this.#record(hash)))?.entries ?? [];
    return entries.reduce((sum, { type, size }) => (type === "folder" ? sum : sum + size), 0);
  }

  /**
   * Compares sizes and times with the record, and reads contents only where these differ, or always where `thorough`. What
   * was added later is no drift: a plugin may write beside its own code, and would be fetched again and again.
   */
  async verify(
    hash: string,
    { thorough = false, signal }: { thorough?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<Verdict> {
    const record = await readRecord(this.#record(hash));
    const tree = record && (await readTreeIfThere(this.#tree(hash)));
    if (!tree) return { state: "absent" };
    const here = new Map(tree.map((entry) => [entry.path, entry]));
    const missing = record.entries.filter(({ path }) => !here.has(path)).map(({ path }) => path);
    const changed = record.entries
      .filter((entry) => differs(entry, here.get(entry.path)))
      .map(({ path }) => path);
    if (missing.length > 0) return drift(missing, changed);
    if (changed.length === 0 && !thorough) return { state: "ok" };
    const recorded = record.entries.flatMap(({ path }) => here.get(path) ?? []);
    const digest = await digestTree(this.#tree(hash), recorded, { signal });
    return digest === hash ? { state: "ok" } : drift(missing, changed);
  }

  /** Whether every file is the one that the hash names; reads them all. */
  async intact(hash: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.verify(hash, { thorough: true, signal })).state === "ok";
  }

  /** Does nothing where it is not there. It leaves its name first, so a half-removed release is never found. */
  async remove(hash: string): Promise<void> {
    await this.#inTurn(() => this.#remove(hash));
  }

  /** The hashes of all releases. */
  async list(): Promise<string[]> {
    const names = await this.#names();
    return names.filter((name) => HASH.test(name) && names.includes(`${name}.json`));
  }

  /** For a server's start: removes what a crash left half made or half removed, and gives its names. */
  async sweep(): Promise<string[]> {
    const whole = new Set((await this.list()).flatMap((hash) => [hash, `${hash}.json`]));
    const left = (await this.#names()).filter((name) => !whole.has(name));
    for (const name of left) await rm(join(this.#folder, name), { recursive: true, force: true });
    return left;
  }

  async #replace(folder: string, hash: string, entries: TreeEntry[]): Promise<void> {
    await this.#remove(hash);
    const here = join(this.#folder, `.adding-${hash}-${randomUUID()}`);
    try {
      await move(folder, here);
      await syncFolders(here, entries);
      await writeRecord(this.#record(hash), hash, await readTree(here));
      await rename(here, this.#tree(hash));
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(here, { recursive: true, force: true });
      throw error;
    }
  }

  async #remove(hash: string): Promise<void> {
    const leaving = join(this.#folder, `.removing-${hash}-${randomUUID()}`);
    await rename(this.#tree(hash), leaving).catch(ignoreAbsent);
    await rm(this.#record(hash), { force: true });
    await rm(leaving, { recursive: true, force: true });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => {});
    return turn;
  }

  #release(hash: string): Release {
    return { hash, folder: this.#tree(hash) };
  }

  #tree(hash: string): string {
    return join(this.#folder, hash);
  }

  #record(hash: string): string {
    return join(this.#folder, `${hash}.json`);
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch((error) => {
      ignoreAbsent(error);
      return [];
    });
  }
}

const HASH = /^[0-9a-f]{64}$/;

/** As many as help; the list goes into a status. */
function drift(missing: string[], changed: string[]): Drift {
  return { state: "drift", missing: missing.slice(0, 20), changed: changed.slice(0, 20) };
}

function differs(recorded: TreeEntry, here: TreeEntry | undefined): boolean {
  if (!here) return false;
  return recorded.type !== here.type || recorded.size !== here.size || recorded.mtimeMs !== here.mtimeMs;
}

async function removeByteCode(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if (entry.name === BYTE_CODE_FOLDER) await rm(path, { recursive: true });
    else await removeByteCode(path);
  }
}

async function syncFolders(root: string, entries: readonly TreeEntry[]): Promise<void> {
  const folders = entries.filter(({ type }) => type === "folder").map(({ path }) => join(root, path));
  await Promise.all([root, ...folders].map(syncFolder));
}

/** A rename, or a copy where the fetch's folder is on another file system. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await rm(from, { recursive: true });
  }
}

async function readTreeIfThere(folder: string): Promise<TreeEntry[] | undefined> {
  try {
    return await readTree(folder);
  } catch (error) {
    if (await isThere(folder)) throw error;
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
