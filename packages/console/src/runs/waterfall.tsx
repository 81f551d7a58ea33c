import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef } from "react";
import type { FullRun, NodeRun } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { texts } from "../texts/runs.ts";
import { isOver, placeOf } from "./run-state.ts";
import { TimeAxis, TimePointer } from "./time-axis.tsx";
import { type TimeBar, timeLine } from "./time-line.ts";
import { TimeRow } from "./time-row.tsx";
import type { Progress } from "./use-run-events.ts";
import { useTicking } from "./use-ticking.ts";

/** One node run, as an address names it. */
export type ChosenCall = Pick<NodeRun, "node_id" | "item" | "attempt">;

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
  const { bars, lengthMs, queuedMs } = useMemo(() => timeLine(run, now), [run, now]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: bars.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const current = bars.findIndex(({ nodeRun }) => isSame(nodeRun, selected));
  const go = (index: number) => {
    const bar = bars[Math.max(0, Math.min(bars.length - 1, index))];
    if (!bar) return;
    virtual.scrollToIndex(bars.indexOf(bar));
    onSelect(bar.nodeRun);
  };
  const rowOf = (bar: TimeBar) => ({
    bar,
    lengthMs,
    name: names.get(bar.nodeRun.node_id) ?? bar.nodeRun.node_id,
    progress: progress.get(placeOf(bar.nodeRun)),
  });
  return (
    <>
      <Legend queuedMs={queuedMs} />
      <TimeAxis lengthMs={lengthMs} />
      <TimePointer lengthMs={lengthMs}>
        <div
          ref={box}
          className="time-rows"
          style={{ minHeight: Math.min(expected * rowHeight, mostHeight) }}
          role="listbox"
          aria-label={texts.waterfall}
          aria-activedescendant={
            virtual.getVirtualItems().some(({ index }) => index === current) ? `time-${current}` : undefined
          }
          tabIndex={0}
          onKeyDown={(event) => onKey(event, (step) => go(stepped(current, step, bars.length)))}
        >
          <div role="none" className="time-rows-all" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const bar = bars[index];
              if (!bar) return null;
              return (
                <TimeRow
                  key={`${placeOf(bar.nodeRun)} ${bar.nodeRun.attempt}`}
                  id={`time-${index}`}
                  {...rowOf(bar)}
                  top={start}
                  selected={index === current}
                  onSelect={() => onSelect(bar.nodeRun)}
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

function isSame(a: ChosenCall, b: ChosenCall | undefined): boolean {
  return b !== undefined && placeOf(a) === placeOf(b) && a.attempt === b.attempt;
}

type Step = "next" | "before" | "first" | "last";

function stepped(current: number, step: Step, count: number): number {
  if (step === "first") return 0;
  if (step === "last") return count - 1;
  return step === "next" ? current + 1 : Math.max(0, current) - 1;
}

const steps: Record<string, Step> = {
  ArrowDown: "next",
  j: "next",
  ArrowUp: "before",
  k: "before",
  Home: "first",
  End: "last",
};

function onKey(event: KeyboardEvent, go: (step: Step) => void): void {
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  go(step);
}
