import { isNoxusError, toErrorBody } from "@noxus/contracts";
import type { Logger } from "pino";

/** One thing to stop, with its name for the log and its own deadline. */
export interface StopStep {
  name: string;
  stop: () => Promise<unknown> | unknown;
  /** 10,000 by default. */
  deadlineMs?: number;
}

/** Stops in order, each against its deadline; a step that fails or hangs is logged and the next one goes on. */
export async function stopInOrder(steps: readonly StopStep[], logger: Logger): Promise<Error[]> {
  const errors: Error[] = [];
  for (const { name, stop, deadlineMs = 10_000 } of steps) {
    try {
      await within(deadlineMs, Promise.resolve().then(stop), name);
    } catch (error) {
      logger.error({ step: name, err: error }, "a part did not stop cleanly");
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return errors;
}

async function within(ms: number, work: Promise<unknown>, name: string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${name} did not stop within ${ms} ms`)), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * For `main.ts` only: a program from its start to the process's exit. What keeps it from starting is told on stderr, without
 * a stack where the user can set it right, and with its code to a parent that listens.
 */
export async function runAsProgram(run: (signal: AbortSignal) => Promise<void>): Promise<never> {
  try {
    await runUntilSignal(run);
    process.exit(0);
  } catch (error) {
    console.error(isNoxusError(error) ? `error: ${error.message}` : error);
    await tellParent(error);
    process.exit(1);
  }
}

function tellParent(error: unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (isNoxusError(error) && process.connected) process.send?.(toErrorBody(error), () => resolve());
  else resolve();
  return promise;
}

/**
 * Runs until SIGINT, SIGTERM or SIGHUP. The first signal aborts `run`'s signal, the
 * second exits at once. Without a parent (IPC channel closed) the program ends as on SIGTERM.
 */
async function runUntilSignal(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error("The program was asked to stop."));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  process.once("disconnect", onSignal);
  await run(controller.signal);
}
