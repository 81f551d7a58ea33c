import { CommanderError } from "commander";
import { printProblem } from "../terminal/problem.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { buildProgram } from "./program.ts";

export interface CommandLineOptions {
  /** `process.env` by default. */
  env?: Record<string, string | undefined>;
  /** The current folder by default. */
  cwd?: string;
  /** Ends what runs in an orderly way. */
  signal: AbortSignal;
}

/**
 * Runs one command line, without the words `node noxus`, and gives its exit code: 0 done, 1 failed, 2 wrong usage,
 * 130 stopped by a signal. Errors are printed, never thrown.
 */
export async function runCommandLine(words: readonly string[], options: CommandLineOptions): Promise<number> {
  const { env = process.env, cwd = process.cwd(), signal } = options;
  const json = words.includes("--json");
  try {
    const program = await buildProgram({ env, cwd, signal });
    await program.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return usageExitCode(error);
    if (error instanceof CommandFailed) return error.exitCode;
    if (signal.aborted) return 130;
    printProblem(error, createTerminal({ json }), words.includes("--verbose"));
    return 1;
  }
}

/** Ends a command with a code after it has printed all that there is to say. */
export class CommandFailed extends Error {
  readonly exitCode: number;

  constructor(exitCode = 1) {
    super("The command failed.");
    this.exitCode = exitCode;
  }
}

/** Help and version are no errors; the rest commander has printed. */
function usageExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}
