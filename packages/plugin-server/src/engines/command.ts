import { spawn } from "node:child_process";
import { NoxusError } from "@noxus/contracts";

export interface CommandOptions {
  cwd?: string;
  /** The whole environment: nothing of ours is inherited. */
  env: Record<string, string>;
  /** Told of every line of stderr as it comes. */
  onLine?: (line: string) => void;
  /** Lower scheduling priority, for work that nobody waits for. */
  background?: boolean;
  /** After this the command is killed, and `timedOut` is set. */
  timeoutMs: number;
  signal: AbortSignal;
}

export interface CommandResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

/** Of each stream the last part is kept: 4 MiB is more than any answer that is parsed, and no leak. */
const keptCharacters = 4 * 1024 * 1024;

/** A grandchild may hold the streams open for ever; what it writes after this is not waited for. */
const afterExitMs = 1000;

/**
 * Runs a command without a shell, in its own process group, to its end; what it leaves behind in the group is killed.
 * Rejects where it cannot be started, or with the signal's reason.
 */
export async function runCommand(
  command: string,
  args: string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { cwd, env, onLine, background = false, timeoutMs, signal } = options;
  signal.throwIfAborted();
  const [file, argv] = background ? (["nice", ["-n", "19", command, ...args]] as const) : [command, args];
  const limit = AbortSignal.timeout(timeoutMs);
  const end = AbortSignal.any([signal, limit]);
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => killGroup(child.pid);
    end.addEventListener("abort", kill, { once: true });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr, onLine);
    child.once("error", (error) => {
      end.removeEventListener("abort", kill);
      reject(error);
    });
    child.once("exit", () => {
      kill();
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), afterExitMs).unref();
    });
    child.once("close", (exitCode, exitSignal) => {
      end.removeEventListener("abort", kill);
      if (signal.aborted) return reject(signal.reason);
      const timedOut = limit.aborted;
      resolve({ exitCode, signal: exitSignal, timedOut, stdout: stdout(), stderr: stderr() });
    });
  });
}

/**
 * Where a command was killed by somebody else (an operator, the system that wants its memory), nothing is known about
 * what it was asked: no verdict on the plugin, and a reason to try again.
 *
 * @throws NoxusError environment_failed
 */
export function assertNotKilled({ signal, timedOut }: CommandResult, name: string): void {
  if (signal === null || timedOut) return;
  throw new NoxusError(
    "environment_failed",
    `${name} was ended by ${signal} before it was done. Look whether the machine has enough memory.`,
    { data: { signal } },
  );
}

/** How a command ended, as part of a sentence. */
export function endOf({ exitCode, signal, timedOut }: CommandResult): string {
  if (timedOut) return "took too long and was ended";
  return exitCode === null ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  let text = "";
  let line = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text = (text + chunk).slice(-keptCharacters);
    if (!onLine) return;
    const lines = (line + chunk).split("\n");
    line = lines.pop() ?? "";
    for (const whole of lines) onLine(whole);
  });
  return () => text;
}

/** The last lines of an output, at most so many characters, for an error message. */
export function tailOf(text: string, maxCharacters = 4096): string {
  const trimmed = text.trim();
  if (trimmed.length <= maxCharacters) return trimmed;
  return `…${trimmed.slice(-maxCharacters)}`;
}
