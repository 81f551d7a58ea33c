import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isNoxusError } from "@noxus/contracts";
import { unpackTarStream } from "./archive.ts";
import type { GitAddress } from "./git-address.ts";
import { gitEnvironment, redactor } from "./git-environment.ts";
import { explainGitFailure } from "./git-failure.ts";
import { type GitRun, runGit, startGit } from "./git-process.ts";
import type { SourceLimits } from "./source-limits.ts";
import { tooLarge } from "./tree-writer.ts";

export interface OpenRepositoryOptions {
  /** Made, and to be removed by the caller. */
  folder: string;
  address: GitAddress;
  /** The machine's environment, of which a few variables reach Git. */
  machine: Record<string, string | undefined>;
  limits: SourceLimits;
  onProgress?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}

/** A file, link or submodule of a commit. */
export interface TreeEntry {
  mode: string;
  id: string;
  path: string;
}

export interface FetchOptions {
  /** Commits from the tip; all where absent. */
  depth?: number;
  /** `blob:none`: files are fetched when asked for; `tree:0`: commits only. Servers that cannot, send all. */
  filter?: "blob:none" | "tree:0" | undefined;
}

/** A bare repository in a temporary folder, of which only as much is fetched as is needed. */
export class GitRepository {
  readonly #options: OpenRepositoryOptions;
  readonly #env: Record<string, string>;
  readonly #redact: (text: string) => string;
  readonly #folder: string;
  /** Whether files of fetched commits may be absent here. */
  #isPartial = false;

  private constructor(options: OpenRepositoryOptions) {
    const { address, folder, machine } = options;
    this.#options = options;
    this.#folder = join(folder, "repository");
    this.#env = gitEnvironment({ address, home: join(folder, "home"), machine });
    this.#redact = redactor(address);
  }

  static async open(options: OpenRepositoryOptions): Promise<GitRepository> {
    const repository = new GitRepository(options);
    await mkdir(join(options.folder, "home"), { recursive: true });
    await mkdir(repository.#folder);
    await repository.#run(["init", "--quiet", "--bare", "--template=", "."]);
    // An archive of a commit would otherwise leave out, and write into, what the repository's attributes say.
    await mkdir(join(repository.#folder, "info"), { recursive: true });
    await writeFile(join(repository.#folder, "info", "attributes"), "* -export-ignore -export-subst\n");
    return repository;
  }

  /** The address without anything secret, for messages. */
  get url(): string {
    return this.#redact(this.#options.address.url);
  }

  /** What is questionable about the way to it. */
  get warnings(): string[] {
    return this.#options.address.warnings;
  }

  /** Names and commits of the server's branches and tags (`refs/heads/…`, `refs/tags/…`). */
  async remoteRefs(): Promise<Map<string, string>> {
    const out = await this.#ask(["ls-remote", "--quiet", "origin", "refs/heads/*", "refs/tags/*"]);
    const lines = out.toString().split("\n").filter(Boolean);
    return new Map(lines.map((line) => line.split("\t")).map(([id = "", name = ""]) => [name, id]));
  }

  /** Fetches refspecs or commit ids. @throws GitFailed, unexplained: the caller knows what it asked for. */
  async fetch(wanted: readonly string[], { depth, filter }: FetchOptions = {}): Promise<void> {
    if (filter) this.#isPartial = true;
    const depthArgs = depth ? [`--depth=${depth}`] : [];
    const filterArgs = filter ? [`--filter=${filter}`] : [];
    await this.#fetch([...depthArgs, ...filterArgs, "origin", ...wanted]);
  }

  /** The commits before one that a shallow fetch brought. */
  async fetchHistory(commit: string, filter?: FetchOptions["filter"]): Promise<void> {
    const isShallow =
      (await this.#run(["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
    const shallowArgs = isShallow ? ["--unshallow"] : [];
    const filterArgs = filter ? [`--filter=${filter}`] : [];
    const wanted = `${commit}:refs/noxus/tip`;
    await this.#explained(this.#fetch([...shallowArgs, ...filterArgs, "origin", wanted]));
  }

  /** The full id of a commit that is here, or undefined. */
  async commitOf(name: string): Promise<string | undefined> {
    const out = await this.#run([
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${name}^{commit}`,
    ]).catch(() => undefined);
    return out?.toString().trim() || undefined;
  }

  /** The commits here whose ids begin so. */
  async commitsBeginning(prefix: string): Promise<string[]> {
    const ids = (await this.#run(["rev-list", "--all"])).toString().split("\n");
    return ids.filter((id) => id.startsWith(prefix));
  }

  /** All files, links and submodules of a commit, or of one folder of it, with paths from the repository's root. */
  async list(commit: string, folder = ""): Promise<TreeEntry[]> {
    const args = [
      "ls-tree",
      "-r",
      "-z",
      "--full-tree",
      commit,
      ...(folder ? ["--", `:(literal)${folder}/`] : []),
    ];
    const lines = (await this.#run(args)).toString().split("\0").filter(Boolean);
    return lines.map((line) => {
      const [facts = "", path = ""] = line.split(/\t(.*)/s);
      const [mode = "", , id = ""] = facts.split(" ");
      return { mode, id, path };
    });
  }

  /** The texts of files by their ids, fetched first where they are absent; those over 1 MiB are left out. */
  async read(ids: readonly string[]): Promise<Map<string, string>> {
    const contents = await this.readBytes(ids, 1024 * 1024);
    return new Map([...contents].map(([id, bytes]) => [id, bytes.toString()]));
  }

  /**
   * As `read`, of files that are no text, up to so many bytes each. A repository may pack gigabytes of zeros into kilobytes,
   * and all that is read is in memory at once.
   *
   * @throws NoxusError archive_too_large
   */
  async readBytes(ids: readonly string[], maxBytes: number): Promise<Map<string, Buffer>> {
    if (ids.length === 0) return new Map();
    await this.#have(ids);
    const sizes = parseSizes(await this.#run(["cat-file", "--batch-check"], { input: linesOf(ids) }));
    const small = [...sizes].filter(([, size]) => size <= maxBytes);
    const total = small.reduce((sum, [, size]) => sum + size, 0);
    if (total > MAX_READ_BYTES) throw tooLarge(MAX_READ_BYTES, "What there is to read in the repository");
    if (small.length === 0) return new Map();
    return parseBatch(await this.#run(["cat-file", "--batch"], { input: linesOf(small.map(([id]) => id)) }));
  }

  /** What each commit on the way from the tip back changed of some paths, newest first, along first parents. */
  async changes(commit: string, paths: readonly string[], most: number): Promise<Buffer> {
    const args = [
      "log",
      "-z",
      "--first-parent",
      "-m",
      "--raw",
      "--no-abbrev",
      "--no-renames",
      "--format=commit %H %cI %s",
    ];
    return this.#run([
      ...args,
      `--max-count=${most}`,
      commit,
      "--",
      ...paths.map((path) => `:(literal)${path}`),
    ]);
  }

  /** Writes the files of a commit's folder into a folder that is made, under the limits and checks of an archive. */
  async unpack(
    commit: string,
    { folder, entries, into }: { folder: string; entries: TreeEntry[]; into: string },
  ) {
    await this.#have(entries.filter(({ mode }) => mode !== "160000").map(({ id }) => id));
    const { limits, signal } = this.#options;
    const git = startGit(this.#git(["archive", "--format=tar", folder ? `${commit}:${folder}` : commit]));
    const problem = await unpackTarStream(git.stdout, into, limits).then(
      () => undefined,
      (error: unknown) => error,
    );
    git.stdout.destroy();
    const gitProblem = await git.done.then(
      () => undefined,
      (error: unknown) => error,
    );
    signal.throwIfAborted();
    // Where Git gave up, the stream is cut short too: then its own words are the reason.
    if (problem && !(gitProblem && isNoxusError(problem, "archive_invalid"))) throw problem;
    if (gitProblem) throw this.explain(gitProblem);
  }

  async remove(): Promise<void> {
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  /** In one request: Git itself would fetch absent files one by one. */
  async #have(ids: readonly string[]): Promise<void> {
    if (!this.#isPartial || ids.length === 0) return;
    const absent = await this.#absent([...new Set(ids)]);
    if (absent.length === 0) return;
    const input = `${absent.join("\n")}\n`;
    await this.#explained(this.#fetch(["--filter=blob:none", "origin", "--stdin"], input));
  }

  async #absent(ids: readonly string[]): Promise<string[]> {
    const args = ["rev-list", "--objects", "--all", "--missing=print", "--no-object-names"];
    const out = (await this.#run(args)).toString();
    const missing = new Set(out.split("\n").filter((line) => line.startsWith("?")));
    return ids.filter((id) => missing.has(`?${id}`));
  }

  async #fetch(args: readonly string[], input?: string): Promise<void> {
    const always = ["--progress", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
    await this.#guarded((signal) =>
      this.#run(["fetch", ...always, ...args], { signal, ...(input ? { input } : {}) }),
    );
  }

  /** Stops a fetch that brings more than the limit: Git has no such setting. */
  async #guarded<T>(fetch: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { limits, signal } = this.#options;
    const guard = new AbortController();
    const look = async () => {
      const bytes = await sizeOf(join(this.#folder, "objects", "pack"));
      if (bytes > limits.maxPackedBytes)
        guard.abort(tooLarge(limits.maxPackedBytes, "What the repository sends"));
    };
    const timer = setInterval(look, 200);
    try {
      const result = await fetch(AbortSignal.any([signal, guard.signal]));
      await look();
      guard.signal.throwIfAborted();
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  #ask(args: readonly string[]): Promise<Buffer> {
    return this.#explained(this.#run(args));
  }

  async #explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Git's failure as an error for the user. */
  explain(error: unknown): unknown {
    return explainGitFailure(error, this.url, this.#options.address.credentials !== undefined);
  }

  #run(args: readonly string[], more: Partial<GitRun> = {}): Promise<Buffer> {
    return runGit({ ...this.#git(args), ...more });
  }

  #git(args: readonly string[]): GitRun {
    const { onProgress, signal } = this.#options;
    return { args, cwd: this.#folder, env: this.#env, redact: this.#redact, onProgress, signal };
  }
}

/** A marketplace of a thousand plugins has some megabytes of manifests. */
const MAX_READ_BYTES = 128 * 1024 * 1024;

function linesOf(ids: readonly string[]): string {
  return `${ids.join("\n")}\n`;
}

/** `<id> <type> <size>\n` each; an id that is not there says `<id> missing`. */
function parseSizes(out: Buffer): Map<string, number> {
  const lines = out
    .toString()
    .split("\n")
    .map((line) => line.split(" "));
  return new Map(lines.flatMap(([id = "", , size]) => (size === undefined ? [] : [[id, Number(size)]])));
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** `<id> <type> <size>\n<content>\n`, again and again; an id that is not there says `<id> missing`. */
function parseBatch(out: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf("\n", at);
    const [id = "", , size] = out.toString("utf8", at, end).split(" ");
    const bytes = size === undefined ? -1 : Number(size);
    if (bytes >= 0) contents.set(id, out.subarray(end + 1, end + 1 + bytes));
    at = end + 1 + bytes + 1;
  }
  return contents;
}
