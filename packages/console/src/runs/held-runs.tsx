import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { type FocusEvent, useRef, useState } from "react";
import type { RunSummary } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";
import { heldRows } from "./held-rows.ts";
import { RunTable } from "./run-table.tsx";

/** Runs as they come; while the pointer or the focus is among them, none moves, and new ones wait to be asked for. */
export function HeldRuns({
  runs,
  isPassing,
}: {
  runs: RunSummary[];
  /** What is shown only until the answer is there: not to be held. */
  isPassing: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<RunSummary[]>();
  const { shown, waiting } = heldRows(isPassing ? undefined : held, runs);
  const hold = () => setHeld((before) => before ?? (isPassing ? undefined : runs));
  const release = () => {
    const isInUse = box.current?.matches(":hover") || box.current?.contains(document.activeElement);
    if (!isInUse) setHeld(undefined);
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget) && !currentTarget.matches(":hover")) setHeld(undefined);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes that somebody is in it
    <div ref={box} onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={onBlur}>
      <div className="new-runs" role="status">
        {waiting > 0 && (
          <Button size="compact-sm" leftSection={<IconArrowUp size={14} />} onClick={() => setHeld(runs)}>
            {texts.newRuns(waiting)}
          </Button>
        )}
      </div>
      <RunTable runs={shown} />
    </div>
  );
}
