import type { ChosenCall } from "./chosen-call.ts";
import { placeOf } from "./run-state.ts";
import type { TimeBar } from "./time-line.ts";

/** One row of the time line: a node run, or a node of which there are many, one for each item of a list. */
export interface TimeRowBar extends TimeBar {
  /** Of a row that stands for many. */
  items?: { count: number; ended: number; failed: number; open: boolean };
  /** It is one of the many. */
  isItem: boolean;
}

const numeric = new Intl.Collator("en", { numeric: true });

/** A node's runs one below the other, nodes by when they could start; items are drawn together until their node is opened. */
export function timeRows(bars: readonly TimeBar[], open: ReadonlySet<string>): TimeRowBar[] {
  const byNode = Map.groupBy(bars, ({ nodeRun }) => nodeRun.node_id);
  return [...byNode].flatMap(([node, own]) => {
    const items = own.filter(({ nodeRun }) => nodeRun.item !== null);
    if (items.length === 0) return own.map((bar) => ({ ...bar, isItem: false }));
    const all = together(own, items, open.has(node));
    return open.has(node) ? [all, ...inOrder(items)] : [all];
  });
}

function inOrder(items: readonly TimeBar[]): TimeRowBar[] {
  return items
    .map((bar) => ({ ...bar, isItem: true }))
    .toSorted(
      ({ nodeRun: a }, { nodeRun: b }) =>
        numeric.compare(String(a.item), String(b.item)) || a.attempt - b.attempt,
    );
}

/** From the first that could start to the last that ended; the node's own run where it is there already. */
function together(own: readonly TimeBar[], items: readonly TimeBar[], open: boolean): TimeRowBar {
  const whole = own.findLast(({ nodeRun }) => nodeRun.item === null);
  const [first] = items as [TimeBar];
  const goesOn = whole ? whole.goesOn : items.some((bar) => bar.goesOn);
  const failed = countOf(items, "failed");
  const status = goesOn ? "running" : failed > 0 ? "failed" : "completed";
  const least = (name: "ready" | "started" | "called") => Math.min(...items.map((bar) => bar[name]));
  return {
    nodeRun: whole?.nodeRun ?? { ...first.nodeRun, item: null, attempt: 1, status },
    ready: least("ready"),
    started: least("started"),
    called: least("called"),
    ended: Math.max(...items.map(({ ended }) => ended)),
    goesOn,
    items: {
      count: new Set(items.map(({ nodeRun }) => nodeRun.item)).size,
      ended: countOf(items, "completed") + failed,
      failed,
      open,
    },
    isItem: false,
  };
}

/** Items whose last attempt has the status. */
function countOf(items: readonly TimeBar[], status: string): number {
  const last = new Map(items.map(({ nodeRun }) => [nodeRun.item, nodeRun]));
  for (const { nodeRun } of items)
    if (nodeRun.attempt > (last.get(nodeRun.item)?.attempt ?? 0)) last.set(nodeRun.item, nodeRun);
  return [...last.values()].filter((run) => run.status === status).length;
}

/** The row of the chosen call; of one that is not drawn, because its node is closed, the row of its node; else -1. */
export function indexOfCall(rows: readonly TimeRowBar[], chosen: ChosenCall | undefined): number {
  if (!chosen) return -1;
  const isExact = ({ nodeRun, items }: TimeRowBar) =>
    placeOf(nodeRun) === placeOf(chosen) && (items !== undefined || nodeRun.attempt === chosen.attempt);
  const exact = rows.findIndex(isExact);
  return exact >= 0 ? exact : rows.findIndex(({ nodeRun }) => nodeRun.node_id === chosen.node_id);
}
