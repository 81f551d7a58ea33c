import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Launch } from "../engines/engine.ts";
import { processInside, signalOfExitCode } from "../isolation/sandboxed-process.ts";
import type { Exit } from "./instance.ts";
import { markerVariable } from "./marker.ts";
import { killMarked, sendSignal, signalGroup } from "./process-tree.ts";

/** After `exit`, what is still in the pipes is read for so long: enough for a traceback, and calls are told in time. */
const lastOutputMs = 50;

export interface PluginProcess {
  /** 0 where it could not even be spawned. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The process is gone; `exited`, which tells how it ended, follows within 50 ms. Never rejects. */
  readonly gone: Promise<void>;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  /** SIGTERM to the process group, unless it has ended. */
  terminate(): void;
  /** SIGKILL to all that belongs to it, and waits until none of it is left. */
  kill(): Promise<void>;
}

export interface SpawnOptions {
  launch: Launch;
  /** The last of its stderr, asked for when it has ended. */
  stderrTail: () => string;
  isExpected: () => boolean;
}

/** Spawns without a shell, in a process group of its own, with exactly the environment of the launch. */
export function spawnPlugin({ launch, stderrTail, isExpected }: SpawnOptions): PluginProcess {
  const startedAt = performance.now();
  const kills = countKills();
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Listened for from the start: where the pipes close first, this comes in the same turn as the exit.
  const allClosed = closed(child);
  const marker = launch.env[markerVariable];
  const isSandboxed = launch.isolation?.level === "sandboxed";
  let ended = false;
  const end = whenEnded(child).then((how) => (isSandboxed ? endInside(how) : how));
  const exited = end.then(async ({ exitCode, signal, error }) => {
    ended = true;
    const livedMs = Math.round(performance.now() - startedAt);
    // What it leaves behind (children in its group) must not outlive it; their output would keep the pipes open too.
    signalGroup(child.pid ?? 0, "SIGKILL");
    const expected = isExpected();
    await Promise.race([allClosed, wait(lastOutputMs)]);
    const outOfMemory = signal === "SIGKILL" && !expected && (await kills.grew());
    return { exitCode, signal, outOfMemory, livedMs, expected, stderrTail: error?.message ?? stderrTail() };
  });
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    gone: end.then(() => {}),
    exited,
    terminate() {
      if (ended) return;
      const inside = isSandboxed ? processInside(child.pid ?? 0) : undefined;
      if (inside === undefined) signalGroup(child.pid ?? 0, "SIGTERM");
      else sendSignal(inside, "SIGTERM");
    },
    async kill() {
      if (!ended) signalGroup(child.pid ?? 0, "SIGKILL");
      await exited;
      if (marker) await killMarked((found) => found === marker);
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

/** `exit`, not `close`: the latter comes only when grandchildren let go of the pipes. */
function whenEnded(child: Child): Promise<Ended> {
  return new Promise((resolve) => {
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ exitCode: null, signal: null, error });
    });
  });
}

/** What the sandbox ended with is how the plugin inside ended. */
function endInside({ exitCode, signal, ...rest }: Ended): Ended {
  const inside = signalOfExitCode(exitCode);
  return inside ? { exitCode: null, signal: inside, ...rest } : { exitCode, signal, ...rest };
}

function closed(child: Child): Promise<unknown> {
  if (child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => child.once("close", resolve));
}

/**
 * Whether the kernel's out-of-memory killer was at work since now. The counter is the machine's, so this is a strong
 * hint together with an unasked SIGKILL; limits of our own would tell exactly.
 */
function countKills(): { grew(): Promise<boolean> } {
  const before = outOfMemoryKills();
  return { grew: async () => (await outOfMemoryKills()) > (await before) };
}

async function outOfMemoryKills(): Promise<number> {
  const statistics = await readFile("/proc/vmstat", "latin1").catch(() => "");
  return Number(/^oom_kill (\d+)$/m.exec(statistics)?.[1] ?? 0);
}
