import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { NoxusError } from "@noxus/contracts";

export interface GitRun {
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  input?: string | Buffer;
  /** Told of each line of Git's progress ("Receiving objects:  40% (4/10)"). */
  onProgress?: ((line: string) => void) | undefined;
  /** Takes what must not be shown out of Git's words. */
  redact: (text: string) => string;
  signal: AbortSignal;
}

/** Git ended with an error; its words are trimmed and redacted. For us to translate, never for the user. */
export class GitFailed extends Error {
  override readonly name = "GitFailed";
  readonly words: string;
  readonly exitCode: number | null;

  constructor(command: string, exitCode: number | null, words: string) {
    super(`git ${command} ended with ${exitCode ?? "a signal"}: ${words}`);
    this.words = words;
    this.exitCode = exitCode;
  }
}

/** Runs Git to its end and gives what it printed. @throws GitFailed, NoxusError git_missing, the signal's reason */
export async function runGit(run: GitRun): Promise<Buffer> {
  const git = startGit(run);
  const [out] = await Promise.all([buffer(git.stdout), git.done]);
  return out;
}

export interface RunningGit {
  stdout: Readable;
  /** Resolves when Git ended well; rejects as `runGit` does. */
  done: Promise<void>;
}

/**
 * Starts Git in a process group of its own, which the signal kills whole: it works through helper processes that would
 * outlive it, one of them waiting for the network.
 */
export function startGit(run: GitRun): RunningGit {
  run.signal.throwIfAborted();
  const { args, cwd, env, input, redact, signal } = run;
  const child = spawn("git", args, { cwd, env, stdio: "pipe", detached: true });
  const kill = () => killGroup(child);
  signal.addEventListener("abort", kill, { once: true });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  // Node discards what a child that has ended left unread, if nobody listens by then; so we listen from the start.
  const stdout = pipeline(child.stdout, new PassThrough(), () => {});
  const words = collectWords(child, run);
  const done = ended(child)
    .then(({ exitCode }) => {
      signal.throwIfAborted();
      if (exitCode !== 0) throw new GitFailed(args[0] ?? "", exitCode, redact(words()));
    })
    .finally(() => signal.removeEventListener("abort", kill));
  done.catch(() => {});
  return { stdout, done };
}

async function ended(child: ChildProcess): Promise<{ exitCode: number | null }> {
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    return { exitCode };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    const message = "Git was not found on PATH. Expected was Git 2.31 or newer; install it and try again.";
    throw new NoxusError("git_missing", message, { cause });
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

/** Git says at most a few lines besides its progress; a server's own words may be many. */
const MAX_WORDS = 4096;

function collectWords(child: ChildProcess, { onProgress }: GitRun): () => string {
  let words = "";
  let rest = "";
  const take = (line: string) => {
    if (/^(remote: )?[A-Z][a-z]+(?: [a-z]+)*: +\d+/.test(line)) onProgress?.(line.trim());
    else if (line.trim() !== "") words = `${words}${line.trim()}\n`.slice(-MAX_WORDS);
  };
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = (lines.pop() ?? "").slice(-MAX_WORDS);
    for (const line of lines) take(line);
  });
  return () => `${words}${rest}`.trim();
}
