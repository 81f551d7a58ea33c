import type { FullRun, NodeRun } from "../api/runs.ts";

/** Whether nothing of a run goes on any more. */
export function isOver({ status }: Pick<FullRun, "status">): boolean {
  return ["completed", "failed", "stopped"].includes(status);
}

/** The newest attempt of a node, or of each item where a list was mapped over it. */
export function lastAttempts(nodes: readonly NodeRun[]): NodeRun[] {
  const last = new Map<string, NodeRun>();
  for (const run of nodes) {
    const key = `${run.node_id} ${run.item ?? ""}`;
    if ((last.get(key)?.attempt ?? 0) <= run.attempt) last.set(key, run);
  }
  return [...last.values()];
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

export interface Bar {
  nodeRun: NodeRun;
  /** From the run's start, in percent of its length. */
  waitFrom: number;
  callFrom: number;
  until: number;
  ms: number | undefined;
}

/** One bar a node run: when it was ready, when its call began, when it ended. `now` is the end of what still runs. */
export function waterfall(run: FullRun, now: number): Bar[] {
  const start = Date.parse(run.started_at ?? run.created_at);
  const end = run.finished_at ? Date.parse(run.finished_at) : now;
  const length = Math.max(1, end - start);
  const at = (time: string | null, fallback: number) => (time ? Date.parse(time) : fallback);
  const percent = (time: number) => Math.min(100, Math.max(0, (100 * (time - start)) / length));
  return run.nodes
    .filter(({ ready_at, started_at }) => ready_at ?? started_at)
    .toSorted((a, b) => at(a.ready_at ?? a.started_at, 0) - at(b.ready_at ?? b.started_at, 0))
    .map((nodeRun) => {
      const ready = at(nodeRun.ready_at ?? nodeRun.started_at, start);
      const started = at(nodeRun.started_at, ready);
      const finished = at(nodeRun.finished_at, end);
      return {
        nodeRun,
        waitFrom: percent(ready),
        callFrom: percent(started),
        until: percent(finished),
        ms: nodeRun.finished_at ? finished - ready : undefined,
      };
    });
}
