import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { NoxusError } from "@noxus/contracts";
import { digestTree, fetchSource, openPolicy, readTree } from "@noxus/plugin-server";
import type { CommandContext } from "../command-line/define.ts";

type GitContext = Pick<CommandContext, "env" | "signal">;

/** A clone of a marketplace on this machine, to put something into it. */
export class MarketplaceClone {
  /** The work tree. */
  readonly folder: string;
  readonly #branch: string;
  readonly #context: GitContext;

  private constructor(folder: string, branch: string, context: GitContext) {
    this.folder = folder;
    this.#branch = branch;
    this.#context = context;
  }

  /** @throws NoxusError `source_unreachable` with Git's words */
  static async make(
    context: GitContext & Pick<CommandContext, "cwd">,
    { address, branch, into }: { address: string; branch: string; into: string },
  ): Promise<MarketplaceClone> {
    const words = ["clone", "--quiet", "--depth", "1", "--branch", branch, address, into];
    await runGit(context, context.cwd, words);
    return new MarketplaceClone(into, branch, context);
  }

  /** Commits all that has changed, or does nothing; `amend` makes it part of the commit before. Gives whether it did. */
  async commit(title: string, { amend = false }: { amend?: boolean } = {}): Promise<boolean> {
    await this.#git("add", "--all", "--force", ".");
    if ((await this.#git("status", "--porcelain")) === "") return false;
    await this.#git("commit", "--quiet", "--message", title, ...(amend ? ["--amend"] : []));
    return true;
  }

  /**
   * The release that a plugin server would make of a committed folder: fetched as by one, for Git may keep other line ends
   * and modes than the disk has.
   */
  async releaseOf(folder: string): Promise<string> {
    const temporary = await mkdtemp(join(tmpdir(), "noxus-release-"));
    try {
      const source = {
        type: "git" as const,
        repo_url: pathToFileURL(this.folder).href,
        branch: this.#branch,
        path: folder,
      };
      const fetched = await fetchSource(source, {
        into: join(temporary, "source"),
        allowLocal: true,
        localRoots: [this.folder],
        policy: async () => openPolicy(),
        uploads: () => Promise.reject(new Error("A folder of Git is fetched here.")),
        environment: this.#context.env,
        signal: this.#context.signal,
      });
      return await digestTree(fetched.folder, await readTree(fetched.folder));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** Gives the pushed commit. */
  async push(branch: string): Promise<string> {
    await this.#git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
    return this.#git("rev-parse", "HEAD");
  }

  #git(...words: string[]): Promise<string> {
    return runGit(this.#context, this.folder, words);
  }
}

/** With the author's own name, credentials and signing, as their Git is set up. */
async function runGit({ env, signal }: GitContext, cwd: string, words: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", words, { cwd, env, signal });
    return stdout.trim();
  } catch (cause) {
    signal.throwIfAborted();
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    throw new NoxusError("source_unreachable", `git ${words[0]} failed: ${stderr.trim() || message}`, {
      cause,
    });
  }
}
