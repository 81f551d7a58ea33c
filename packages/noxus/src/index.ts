/**
 * The `noxus` command as a function, for programs that want to run it in their own process.
 *
 *     import { runCommandLine } from "noxus";
 *     const exitCode = await runCommandLine(["plugin", "list", "--json"], { signal: AbortSignal.timeout(10_000) });
 */
export { type CommandLineOptions, runCommandLine } from "./command-line/run.ts";
