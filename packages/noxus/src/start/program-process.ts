import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type ErrorBody, errorBodySchema, type NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { failureOf } from "./child-failure.ts";
import type { RotatingLog } from "./rotating-log.ts";
import { type ProgramName, programCommand } from "./run-program.ts";

export interface ProgramProcessOptions {
  name: ProgramName;
  env: Record<string, string | undefined>;
  log: RotatingLog;
  /** Told once, with the program's address, when it can be used. */
  onReady: (url: string | undefined) => void;
}

/** How a process ended, in words (`exit code 1`, `signal SIGKILL`) and as an error that says why. */
export interface ProgramEnd {
  words: string;
  error: NoxusError;
}

export interface ProgramProcess {
  child: ChildProcess;
  ended: Promise<ProgramEnd>;
}

/** The line that a program prints on stdout when it can be used. */
const readyLineSchema = z.looseObject({ ready: z.literal(true), url: z.string().optional() });

/** What a process wrote last arrives within this after its end, unless a child of its own holds the pipe open. */
const lastWordsMs = 500;

/** Starts one process of a program. It ends when this process does, however that comes. */
export function spawnProgram({ name, env, log, onReady }: ProgramProcessOptions): ProgramProcess {
  const { command, args } = programCommand(name);
  const child = spawn(command, args, {
    env: env as NodeJS.ProcessEnv,
    // The channel tells the program when this process is gone.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A group of its own: a terminal's Ctrl-C must reach this process only, which then stops all in order.
    detached: true,
  });
  // Where this process ends at once (a second Ctrl-C), there is no time to ask.
  const killAtExit = () => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  let stderr = "";
  let told: ErrorBody | undefined;
  child.on("message", (message) => {
    told = errorBodySchema.safeParse(message).data;
  });
  child.stdout?.on("data", (chunk: Buffer) => {
    log.write(chunk);
    for (const line of chunk.toString().split("\n")) parseReady(line, onReady);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    log.write(chunk);
    stderr = (stderr + chunk.toString()).slice(-8_000);
  });
  const ended = endOf(child).then((words) => {
    process.off("exit", killAtExit);
    return { words, error: failureOf({ name, words, stderr, told, logPath: log.path }) };
  });
  return { child, ended };
}

function parseReady(line: string, onReady: (url: string | undefined) => void): void {
  if (!line.includes('"ready"')) return;
  try {
    onReady(readyLineSchema.parse(JSON.parse(line)).url);
  } catch {
    // Something else that holds the word; it is in the log.
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  const closed = once(child, "close").catch(() => {});
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    await Promise.race([closed, delay(lastWordsMs)]);
    return signal ? `signal ${signal}` : `exit code ${code}`;
  } catch (error) {
    return (error as Error).message;
  }
}
