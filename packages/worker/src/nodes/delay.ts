import { setTimeout as wait } from "node:timers/promises";
import { MAX_WAIT_S, NoxusError } from "@noxus/contracts";
import type { NodeExecutor } from "./node-call.ts";

/** A shorter one holds its worker: to leave it and come back costs more. */
const shortMs = 5_000;

/** Gives its input back after `seconds`. */
export const executeDelay: NodeExecutor = async ({ inputs, config, wait: waitOutside, signal }) => {
  const ms = waitMs(config.seconds, "A delay") ?? 0;
  if (ms <= shortMs) await wait(ms, undefined, { signal });
  else await waitOutside({ kind: "time", until: new Date(Date.now() + ms).toISOString() });
  return { output: inputs.input ?? null };
};

/** A configured time in ms; undefined where there is none. @throws NoxusError `node_failed`. */
export function waitMs(seconds: unknown, what: string): number | undefined {
  if (seconds === undefined || seconds === null || seconds === "") return undefined;
  const value = Number(seconds);
  if (value >= 0 && value <= MAX_WAIT_S) return value * 1000;
  throw new NoxusError(
    "node_failed",
    `${what} takes 0 to ${MAX_WAIT_S} seconds, not ${JSON.stringify(seconds)}.`,
  );
}
