import type { ServerLife } from "./marker.ts";
import { killMarked } from "./process-tree.ts";

/** Kills what an earlier life of this server left behind, children included. Gives how many processes it killed. */
export function sweepOrphans({ server, life }: ServerLife): Promise<number> {
  return killMarked((marker) => marker.startsWith(`${server}.`) && !marker.startsWith(`${server}.${life}.`));
}
