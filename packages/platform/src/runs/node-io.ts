import { NoxusError } from "@noxus/contracts";
import type { NodeRunRow } from "@noxus/database";
import { presentNodeRun } from "./present-run.ts";

/**
 * Inputs and outputs of one node in one run: of its one call, or of the chosen one where a list was mapped over it.
 *
 * @param iteration From 1; 0 is the first too.
 * @throws NoxusError `not_found`.
 */
export function nodeIo(rows: readonly NodeRunRow[], nodeId: string, iteration: number) {
  const items = lastAttempts(rows.filter(({ item }) => item !== ""));
  const calls = items.length > 0 ? items : lastAttempts(rows);
  const row = calls[Math.max(1, iteration) - 1];
  if (!row)
    throw new NoxusError(
      "not_found",
      calls.length === 0
        ? `The run has nothing of a node "${nodeId}" (yet).`
        : `Node "${nodeId}" ran ${calls.length} time(s); there is no iteration ${iteration}.`,
    );
  return { ...presentNodeRun(row), iteration: Math.max(1, iteration), iterations: calls.length };
}

/** One row an item, of its last attempt, in the order of the items. */
function lastAttempts(rows: readonly NodeRunRow[]): NodeRunRow[] {
  const last = new Map<string, NodeRunRow>();
  for (const row of rows) if ((last.get(row.item)?.attempt ?? 0) < row.attempt) last.set(row.item, row);
  return [...last.values()].toSorted((a, b) => byPlace(a.item, b.item));
}

/** `2/0` after `1/5`: part by part, as numbers. */
function byPlace(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? left.length - right.length : Number(left[at]) - Number(right[at] ?? -1);
}
