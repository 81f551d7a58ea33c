import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { onTreeKey } from "../parts/on-tree-key.ts";
import { texts } from "../texts/runs.ts";
import type { ChosenCall } from "./chosen-call.ts";
import { placeOf } from "./run-state.ts";
import type { TimeBar } from "./time-line.ts";
import { TimeRow } from "./time-row.tsx";
import { indexOfCall, type TimeRowBar, timeRows } from "./time-rows.ts";
import type { Progress } from "./use-run-events.ts";

const rowHeight = 28;
/** Sixteen rows, as in its style. */
const mostHeight = 16 * rowHeight;

/** The rows of a time line, of which only those in view are drawn; gone through with arrows or `j` and `k`. */
export function TimeTree({
  bars,
  lengthMs,
  names,
  expected,
  progress,
  selected,
  onSelect,
}: {
  bars: readonly TimeBar[];
  lengthMs: number;
  names: ReadonlyMap<string, string>;
  expected: number;
  progress: ReadonlyMap<string, Progress>;
  selected: ChosenCall | undefined;
  onSelect: (call: ChosenCall) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { rows, current, choose, toggle } = useRows(bars, selected, onSelect);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const drawn = virtual.getVirtualItems();
  const go = (index: number) => {
    virtual.scrollToIndex(index);
    choose(rows[index]);
  };
  return (
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
                toggle(bar);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The rows as somebody has opened them, and which of them is chosen. */
function useRows(
  bars: readonly TimeBar[],
  selected: ChosenCall | undefined,
  onSelect: (call: ChosenCall) => void,
) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => timeRows(bars, open), [bars, open]);
  const choose = (row: TimeRowBar | undefined) =>
    row && onSelect(row.items ? { node_id: row.nodeRun.node_id } : row.nodeRun);
  const toggle = ({ nodeRun: { node_id }, items }: TimeRowBar) => {
    if (!items) return;
    const others = [...open].filter((id) => id !== node_id);
    setOpen(new Set(items.open ? others : [...others, node_id]));
  };
  return { rows, current: indexOfCall(rows, selected), choose, toggle };
}

interface Tree {
  rows: readonly TimeRowBar[];
  current: number;
  go: (index: number) => void;
  toggle: (row: TimeRowBar) => void;
}

function onKey(event: KeyboardEvent, { rows, current, go, toggle }: Tree): void {
  if (rows.length === 0) return;
  const row = rows[current];
  onTreeKey(event, {
    current,
    count: rows.length,
    isOpen: row?.items?.open,
    parent: row?.isItem ? rows.slice(0, current).findLastIndex(({ isItem }) => !isItem) : undefined,
    go,
    setOpen: () => row && toggle(row),
    keys: {
      j: () => go(Math.min(current + 1, rows.length - 1)),
      k: () => go(Math.max(current - 1, 0)),
    },
  });
}
