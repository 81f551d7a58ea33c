import { runCommandLine } from "./command-line/run.ts";

const controller = new AbortController();

/** One Ctrl-C may come twice: to the whole group, and once more from a parent that passes it on. */
const sameSignalMs = 500;
let firstSignalAt = 0;

/** The first signal asks for an orderly end; the second ends at once. A parent that goes away counts as a signal. */
function onSignal(): void {
  if (!controller.signal.aborted) {
    firstSignalAt = performance.now();
    controller.abort(new Error("The command was asked to stop."));
  } else if (performance.now() - firstSignalAt > sameSignalMs) process.exit(130);
}
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
process.once("disconnect", onSignal);
// Listening alone would keep a command alive that is done.
process.channel?.unref();
// A reader that has seen enough (`noxus plugin logs NAME | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCommandLine(process.argv.slice(2), { signal: controller.signal });
