import { useMemo } from "react";
import type { FullRun } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { texts } from "../texts/runs.ts";
import type { ChosenCall } from "./chosen-call.ts";
import { isOver } from "./run-state.ts";
import { TimeAxis, TimePointer } from "./time-axis.tsx";
import { timeLine } from "./time-line.ts";
import { TimeTree } from "./time-tree.tsx";
import type { Progress } from "./use-run-events.ts";
import { useTicking } from "./use-ticking.ts";

/** Where a run's time went: of each node run waiting, starting and calling. */
export function Waterfall({
  run,
  names,
  expected,
  progress,
  selected,
  onSelect,
}: {
  run: FullRun;
  names: ReadonlyMap<string, string>;
  /** How many rows there will be where each node is reached: their room is kept. */
  expected: number;
  progress: ReadonlyMap<string, Progress>;
  selected: ChosenCall | undefined;
  onSelect: (call: ChosenCall) => void;
}) {
  const now = useTicking(!isOver(run));
  const { bars, lengthMs, queuedMs } = useMemo(() => timeLine(run, now), [run, now]);
  return (
    <>
      <Legend queuedMs={queuedMs} />
      <TimeAxis lengthMs={lengthMs} />
      <TimePointer lengthMs={lengthMs}>
        <TimeTree
          bars={bars}
          lengthMs={lengthMs}
          names={names}
          expected={expected}
          progress={progress}
          selected={selected}
          onSelect={onSelect}
        />
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
