import { setTimeout as wait } from "node:timers/promises";
import { MAX_DELAY_S, NoxusError } from "@noxus/contracts";
import type { NodeExecutor } from "./node-call.ts";

/** Gives its input back after `seconds`. */
export const executeDelay: NodeExecutor = async ({ inputs, config, signal }) => {
  const seconds = Number(config.seconds);
  if (!(seconds >= 0 && seconds <= MAX_DELAY_S))
    throw new NoxusError(
      "node_failed",
      `A delay takes 0 to ${MAX_DELAY_S} seconds, not ${JSON.stringify(config.seconds)}.`,
    );
  await wait(seconds * 1000, undefined, { signal });
  return { output: inputs.input ?? null };
};
