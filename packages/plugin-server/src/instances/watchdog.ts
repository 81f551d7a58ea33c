import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "@noxus/service";
import { markerVariable, type ServerLife } from "./marker.ts";

/**
 * Waits on a pipe that only the server holds. At its end, however the server died, it kills every process that carries
 * the marker, and looks again until two looks in a row found none: a process may fork while it is being looked for.
 */
const script = `
while read -r _; do :; done
clean=0
rounds=0
while [ $clean -lt 2 ] && [ $rounds -lt 100 ]; do
  rounds=$((rounds + 1))
  found=$(grep -laF "$1" /proc/[0-9]*/environ 2>/dev/null)
  if [ -z "$found" ]; then clean=$((clean + 1)); continue; fi
  clean=0
  for file in $found; do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null
  done
done
`;

export interface Watchdog {
  readonly pid: number | undefined;
  /** Ends it after a last sweep: what still runs of this life is killed. */
  stop(): Promise<void>;
}

/** One small shell process (about 0.3 MiB) for the whole server. Should it die, another one takes its place. */
export function startWatchdog({ server, life, logger }: ServerLife & { logger: Logger }): Watchdog {
  let child: ChildProcess;
  let stopping = false;
  let ended: Promise<void>;
  const start = () => {
    // A session of its own: a Ctrl-C on the terminal reaches the server's group, not the watchdog.
    child = spawn("/bin/sh", ["-c", script, "noxus-watchdog", `${markerVariable}=${server}.${life}.`], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: { PATH: "/usr/bin:/bin" },
      cwd: "/",
    });
    child.unref();
    child.stdin?.on("error", () => {});
    (child.stdin as { unref?: () => void } | null)?.unref?.();
    const { promise, resolve } = Promise.withResolvers<void>();
    ended = promise;
    child.once("error", (error) => {
      logger.error(
        { err: error },
        "the watchdog could not be started: after a crash of the server, plugins may be left over until its next start",
      );
      resolve();
    });
    child.once("exit", () => {
      resolve();
      if (stopping) return;
      logger.warn("the watchdog ended; starting another one");
      start();
    });
  };
  start();
  return {
    get pid() {
      return child.pid;
    },
    async stop() {
      stopping = true;
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}
