import { spawn } from "node:child_process";

export interface CommandOptions {
  cwd?: string;
  /** The whole environment: nothing of ours is inherited. */
  env: Record<string, string>;
  /** Told of every line of stderr as it comes. */
  onLine?: (line: string) => void;
  /** Lower scheduling priority, for work that nobody waits for. */
  background?: boolean;
  signal: AbortSignal;
}

export interface CommandResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Of each stream the last part is kept: 4 MiB is more than any answer that is parsed, and no leak. */
const keptCharacters = 4 * 1024 * 1024;

/**
 * Runs a command without a shell, in its own process group, to its end. The signal kills the whole group.
 * Rejects where it cannot be started, or with the signal's reason.
 */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, env, onLine, background = false, signal } = options;
  signal.throwIfAborted();
  const [file, argv] = background ? (["nice", ["-n", "19", command, ...args]] as const) : [command, args];
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => killGroup(child.pid);
    signal.addEventListener("abort", kill, { once: true });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr, onLine);
    child.once("error", (error) => {
      signal.removeEventListener("abort", kill);
      reject(error);
    });
    child.once("close", (exitCode, exitSignal) => {
      signal.removeEventListener("abort", kill);
      if (signal.aborted) reject(signal.reason);
      else resolve({ exitCode, signal: exitSignal, stdout: stdout(), stderr: stderr() });
    });
  });
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
