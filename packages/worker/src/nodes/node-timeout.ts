import { DEFAULT_NODE_TIMEOUT_S } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";

/** Timers of Node hold 2^31 - 1 ms at most: more would end at once. */
const longestTimeoutMs = 2_147_483_647;

/** How long one attempt of the node may take, in ms: what its type allows, or less where the workflow wants less. */
export function timeoutOf({ registered, policy }: GraphNode): number {
  // What it waits for has a time of its own, and the nodes inside have limits each.
  if (registered.role === "wait" || registered.role === "container") return longestTimeoutMs;
  const most = registered.definition.max_timeout;
  const wanted = policy.timeout;
  const seconds = Math.min(most ?? wanted ?? DEFAULT_NODE_TIMEOUT_S, wanted ?? Number.POSITIVE_INFINITY);
  return Math.min(longestTimeoutMs, Math.max(1, Math.round(seconds * 1000)));
}
