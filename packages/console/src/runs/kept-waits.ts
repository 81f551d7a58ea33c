import type { OpenWait } from "../api/runs.ts";

/** What a wait is known by among those of all runs. */
export function waitKey({ run_id, node_id, item, since }: OpenWait): string {
  return [run_id, node_id, item, since].join(" ");
}

/** Those that were seen, in their places and as they are now, and then those that have come since. */
export function keptWaits(seen: readonly OpenWait[], open: readonly OpenWait[]): OpenWait[] {
  const known = new Map(seen.map((wait) => [waitKey(wait), wait]));
  for (const wait of open) known.set(waitKey(wait), wait);
  return [...known.values()];
}
