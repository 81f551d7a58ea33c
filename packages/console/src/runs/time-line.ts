import type { FullRun, NodeRun } from "../api/runs.ts";
import { graphOf } from "../workflows/graph-model.ts";

/** Where the time of one node run went; all in ms from the run's creation. */
export interface TimeBar {
  nodeRun: NodeRun;
  /** Its inputs were there; until `started` it waited for its turn. */
  ready: number;
  /** Until `called` it was written into the journal. */
  started: number;
  called: number;
  /** Or now, where it goes on. */
  ended: number;
  goesOn: boolean;
}

/** All of a run that is drawn over time. */
export interface TimeLine {
  /** Until then the run waited for a worker; ms. */
  queuedMs: number;
  /** The length that is drawn: a round number, so that it grows in steps while the run goes on. */
  lengthMs: number;
  bars: TimeBar[];
}

/** A run's node runs in the order in which they could start, those of one ms as the workflow has them. `now` is the end of what still goes on; ms since the epoch. */
export function timeLine(run: FullRun, now: number): TimeLine {
  const begin = Date.parse(run.created_at);
  const since = (time: string | null | undefined, fallback: number) =>
    time ? Math.max(0, Date.parse(time) - begin) : fallback;
  const end = since(run.finished_at, Math.max(0, now - begin));
  const order = new Map(graphOf(run.definition).nodes.map(({ id }, index) => [id, index]));
  const place = ({ nodeRun }: TimeBar) => order.get(nodeRun.node_id) ?? order.size;
  const bars = run.nodes
    .filter(({ ready_at, started_at, reused }) => !reused && (ready_at ?? started_at))
    .map((nodeRun): TimeBar => {
      const ready = since(nodeRun.ready_at ?? nodeRun.started_at, 0);
      const started = since(nodeRun.started_at, nodeRun.finished_at ? ready : end);
      const ended = Math.max(started, since(nodeRun.finished_at, end));
      const called = nodeRun.call_ms === null ? started : Math.max(started, ended - nodeRun.call_ms);
      return { nodeRun, ready, started, called, ended, goesOn: nodeRun.finished_at === null };
    })
    .toSorted((a, b) => a.ready - b.ready || place(a) - place(b) || a.started - b.started);
  return { queuedMs: since(run.started_at, end), lengthMs: roundLength(end), bars };
}

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next round number of ms, at least 10. */
export function roundLength(ms: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(10, ms)));
  return size * (steps.find((step) => step * size >= ms) ?? 10);
}
