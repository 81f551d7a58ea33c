import { setTimeout as delay } from "node:timers/promises";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { fireSchedules } from "../schedules/fire-schedules.ts";
import { pollTrigger, takeDuePolls } from "./poll-triggers.ts";

/** How late a schedule may be, and the shortest time between two polls that is of any use. */
const lookEveryMs = 1_000;
/** A plugin that answers slowly must not keep the other triggers waiting, nor may many of them flood the servers. */
const pollsAtOnce = 16;

/** Starts what is due and polls plugins' triggers, until the signal ends. Any number of platforms do it side by side. */
export async function runTriggers(deps: PlatformDependencies, signal: AbortSignal): Promise<void> {
  const polls = new Set<Promise<void>>();
  const look = async () => {
    await fireSchedules(deps, signal);
    const free = pollsAtOnce - polls.size;
    if (free <= 0) return;
    for (const trigger of await takeDuePolls(deps, free)) {
      const poll = pollTrigger(trigger, deps).catch((error: unknown) =>
        deps.logger.warn({ triggerId: trigger.id, err: error }, "a poll's result could not be kept"),
      );
      polls.add(poll);
      void poll.finally(() => polls.delete(poll));
    }
  };
  while (!signal.aborted) {
    await look().catch((error: unknown) =>
      deps.logger.warn({ err: error }, "triggers could not be looked after; trying again"),
    );
    await delay(lookEveryMs, undefined, { signal }).catch(() => {});
  }
  await Promise.all(polls);
}
