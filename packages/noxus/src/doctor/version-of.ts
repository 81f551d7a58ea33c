import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a program on PATH prints for `--version`, its first line; undefined where there is none. */
export async function versionOf(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(program, args.length > 0 ? args : ["--version"], {
      timeout: 10_000,
    });
    return (stdout || stderr).trim().split("\n")[0];
  } catch {
    return undefined;
  }
}
