import type { FullRun, NodeRun } from "../api/runs.ts";

/** Whether nothing of a run goes on any more. */
export function isOver({ status }: Pick<FullRun, "status">): boolean {
  return ["completed", "failed", "stopped"].includes(status);
}

/** The newest attempt of a node, or of each item where a list was mapped over it. */
export function lastAttempts(nodes: readonly NodeRun[]): NodeRun[] {
  const last = new Map<string, NodeRun>();
  for (const run of nodes) {
    const key = placeOf(run);
    if ((last.get(key)?.attempt ?? 0) <= run.attempt) last.set(key, run);
  }
  return [...last.values()];
}

/** What a node run is known by within its run, whichever attempt it is. */
export function placeOf({ node_id, item }: { node_id: string; item?: NodeRun["item"] }): string {
  return `${node_id} ${item ?? ""}`;
}

/** The state of each node of a run; while the run goes on, one without any is not reached yet. */
export function nodeStates(
  run: Pick<FullRun, "status" | "nodes">,
  ids: readonly string[],
): Record<string, string> {
  const over = isOver(run);
  const states: Record<string, string> = Object.fromEntries(
    ids.map((id) => [id, over ? "skipped" : "unreached"]),
  );
  const ranks = ["completed", "skipped", "stopped", "queued", "running", "waiting", "failed"];
  const seen = new Set<string>();
  for (const { node_id, status, attempt } of lastAttempts(run.nodes)) {
    const word = status === "running" && attempt > 1 ? "retrying" : status;
    const current = states[node_id] ?? "";
    if (!seen.has(node_id) || ranks.indexOf(status) > ranks.indexOf(current)) states[node_id] = word;
    seen.add(node_id);
  }
  return states;
}

/** The node that a run failed of, as its journal names it: in a loop or another workflow the error has another name for it. */
export function failedNode({
  status,
  error,
  nodes,
}: Pick<FullRun, "status" | "error" | "nodes">): string | undefined {
  if (status !== "failed" || !error?.nodeId) return undefined;
  const { nodeId } = error;
  if (nodes.some(({ node_id }) => node_id === nodeId)) return nodeId;
  return nodes.findLast((run) => run.status === "failed")?.node_id;
}

/**
 * The call to be shown of a node of which none was chosen: what failed in the end, else what waits, else the node as a
 * whole, else its first item, so that it stays the same while items come and go.
 */
export function callToShow(calls: readonly NodeRun[]): NodeRun | undefined {
  const last = lastAttempts(calls);
  const withStatus = (wanted: string) => last.find(({ status }) => status === wanted);
  return (
    withStatus("failed") ?? withStatus("waiting") ?? last.find(({ item }) => item === null) ?? last.at(0)
  );
}
