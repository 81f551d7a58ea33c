import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { NoxusError } from "@noxus/contracts";

export interface ToolOptions {
  cwd: string;
  /** The machine's environment; this Node comes first on its PATH. */
  env: Record<string, string | undefined>;
  /** `inherit`: what it prints is the author's to read. `stderr`: all of it goes there. */
  output: "inherit" | "stderr";
  signal: AbortSignal;
}

/**
 * Runs a program to its end and gives its exit code; a signal counts as 1.
 *
 * @throws NoxusError `not_found` where the program is not there
 */
export async function runTool(file: string, words: readonly string[], options: ToolOptions): Promise<number> {
  const { cwd, env, output, signal } = options;
  const PATH = [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter);
  const stdout = output === "stderr" ? 2 : "inherit";
  const child = spawn(file, words, {
    cwd,
    env: { ...env, PATH },
    stdio: ["ignore", stdout, "inherit"],
    signal,
  });
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return code ?? 1;
  } catch (cause) {
    signal.throwIfAborted();
    throw new NoxusError(
      "not_found",
      `${file} cannot be started (${(cause as Error).message}). Install it, or put it on PATH.`,
      {
        cause,
      },
    );
  }
}
