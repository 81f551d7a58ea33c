import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { FullRun, NodeRun } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { texts } from "../texts/runs.ts";
import { isOver, placeOf } from "./run-state.ts";
import { TimeAxis, TimePointer } from "./time-axis.tsx";
import { timeLine } from "./time-line.ts";
import { TimeRow } from "./time-row.tsx";
import { type TimeRowBar, timeRows } from "./time-rows.ts";
import type { Progress } from "./use-run-events.ts";
import { useTicking } from "./use-ticking.ts";

/** One node run, as an address names it; without item and attempt the node as a whole. */
export type ChosenCall = Pick<NodeRun, "node_id"> & Partial<Pick<NodeRun, "item" | "attempt">>;

const rowHeight = 28;
/** Sixteen rows, as in its style. */
const mostHeight = 16 * rowHeight;

/** Where a run's time went: of each node run waiting, starting and calling. Gone through with arrows or j and k. */
export function Waterfall({
  run,
  names,
  expected,
  progress,
  selected,
  onSelect,
}: {
  run: FullRun;
  names: Map<string, string>;
  /** How many rows there will be, at least where each node is reached: their room is kept. */
  expected: number;
  progress: ReadonlyMap<string, Progress>;
  selected: ChosenCall | undefined;
  onSelect: (call: ChosenCall) => void;
}) {
  const now = useTicking(!isOver(run));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { bars, lengthMs, queuedMs } = useMemo(() => timeLine(run, now), [run, now]);
  const rows = useMemo(() => timeRows(bars, open), [bars, open]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const drawn = virtual.getVirtualItems();
  const current = indexOf(rows, selected);
  const choose = (row: TimeRowBar) => onSelect(row.items ? { node_id: row.nodeRun.node_id } : row.nodeRun);
  const toggle = ({ nodeRun: { node_id } }: TimeRowBar, isOpen: boolean) =>
    setOpen(
      (before) => new Set([...[...before].filter((id) => id !== node_id), ...(isOpen ? [node_id] : [])]),
    );
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[next];
    if (!row) return;
    virtual.scrollToIndex(next);
    choose(row);
  };
  return (
    <>
      <Legend queuedMs={queuedMs} />
      <TimeAxis lengthMs={lengthMs} />
      <TimePointer lengthMs={lengthMs}>
        <div
          ref={box}
          className="time-rows"
          style={{ minHeight: Math.min(expected * rowHeight, mostHeight) }}
          role="tree"
          aria-label={texts.waterfall}
          aria-activedescendant={drawn.some(({ index }) => index === current) ? `time-${current}` : undefined}
          tabIndex={0}
          onKeyDown={(event) => onKey(event, { rows, current, go, toggle })}
        >
          <div role="none" className="time-rows-all" style={{ height: virtual.getTotalSize() }}>
            {drawn.map(({ index, start }) => {
              const bar = rows[index];
              if (!bar) return null;
              const { nodeRun } = bar;
              return (
                <TimeRow
                  key={`${placeOf(nodeRun)} ${bar.items ? "" : nodeRun.attempt}`}
                  id={`time-${index}`}
                  bar={bar}
                  lengthMs={lengthMs}
                  name={names.get(nodeRun.node_id) ?? nodeRun.node_id}
                  progress={progress.get(placeOf(nodeRun))}
                  top={start}
                  selected={index === current}
                  onSelect={() => {
                    choose(bar);
                    if (bar.items) toggle(bar, !bar.items.open);
                  }}
                />
              );
            })}
          </div>
        </div>
      </TimePointer>
    </>
  );
}

/** What the parts of a bar mean, and what no bar shows: how long the run waited for a worker. */
function Legend({ queuedMs }: { queuedMs: number }) {
  return (
    <p className="time-legend soft">
      {(["wait", "start", "call"] as const).map((part) => (
        <span key={part}>
          <span className="bar" data-part={part} data-tone="ok" aria-hidden />
          {texts.legend[part]}
        </span>
      ))}
      <span>{texts.queuedFor(duration(queuedMs))}</span>
    </p>
  );
}

/** The row of the chosen call; of one that is not drawn, because its node is closed, the row of its node. */
function indexOf(rows: readonly TimeRowBar[], chosen: ChosenCall | undefined): number {
  if (!chosen) return -1;
  const isExact = ({ nodeRun, items }: TimeRowBar) =>
    placeOf(nodeRun) === placeOf(chosen) && (items !== undefined || nodeRun.attempt === chosen.attempt);
  const exact = rows.findIndex(isExact);
  return exact >= 0 ? exact : rows.findIndex(({ nodeRun }) => nodeRun.node_id === chosen.node_id);
}

interface Tree {
  rows: readonly TimeRowBar[];
  current: number;
  go: (index: number) => void;
  toggle: (row: TimeRowBar, open: boolean) => void;
}

/** As in every tree, and `j` and `k` as in lists. */
function onKey(event: KeyboardEvent, { rows, current, go, toggle }: Tree): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rows[current];
  const setOpen = (open: boolean) => row?.items && toggle(row, open);
  const toNode = () => go(rows.slice(0, current).findLastIndex(({ isItem }) => !isItem));
  const actions: Record<string, () => void> = {
    ArrowDown: () => go(current + 1),
    j: () => go(current + 1),
    ArrowUp: () => go(current - 1),
    k: () => go(current - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: () => (row?.items?.open ? go(current + 1) : setOpen(true)),
    ArrowLeft: () => (row?.isItem ? toNode() : setOpen(false)),
    Enter: () => setOpen(!row?.items?.open),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}
