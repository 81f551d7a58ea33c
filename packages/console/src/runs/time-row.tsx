import { VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { duration } from "../parts/format.ts";
import { toneOf } from "../parts/state-badge.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import type { TimeBar } from "./time-line.ts";
import type { TimeRowBar } from "./time-rows.ts";
import type { Progress } from "./use-run-events.ts";

/** One node run on the time line; its parts in words for those who do not see them, and under the pointer. */
export function TimeRow({
  bar,
  lengthMs,
  id,
  name,
  progress,
  top,
  selected,
  onSelect,
}: {
  bar: TimeRowBar;
  lengthMs: number;
  id: string;
  name: string;
  progress: Progress | undefined;
  top: number;
  selected: boolean;
  onSelect: () => void;
}) {
  const { status } = bar.nodeRun;
  const words = texts.parts(partWords(bar));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the list has the focus and the keys
    <div
      id={id}
      className="time-row"
      role="treeitem"
      aria-level={bar.isItem ? 2 : 1}
      aria-selected={selected}
      {...(bar.items && { "aria-expanded": bar.items.open })}
      title={words}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onSelect}
    >
      <span className="time-name" data-item={bar.isItem}>
        {bar.items && <Chevron open={bar.items.open} />}
        {titleOf(bar, name)}
      </span>
      <Track bar={bar} lengthMs={lengthMs} />
      <span className="number">{tookWords(bar, progress)}</span>
      <VisuallyHidden>
        {usual.status[status] ?? status}, {words}
      </VisuallyHidden>
    </div>
  );
}

function Chevron({ open }: { open: boolean }) {
  const Icon = open ? IconChevronDown : IconChevronRight;
  return <Icon size={14} aria-hidden />;
}

function titleOf({ nodeRun: { item, attempt }, items, isItem }: TimeRowBar, name: string): string {
  const words = [
    isItem ? `${texts.item} ${item}` : name,
    items ? texts.items(items.count) : "",
    items && items.failed > 0 ? texts.itemsFailed(items.failed) : "",
    attempt > 1 ? `${texts.attempts} ${attempt}` : "",
  ];
  return words.filter(Boolean).join(" · ");
}

function Track({
  bar: { ready, started, called, ended, nodeRun },
  lengthMs,
}: {
  bar: TimeBar;
  lengthMs: number;
}) {
  const part = (from: number, until: number) => ({
    left: `${(100 * from) / lengthMs}%`,
    width: `${(100 * (until - from)) / lengthMs}%`,
  });
  const tone = toneOf(nodeRun.status);
  return (
    <span className="time-track" aria-hidden>
      {started > ready && <span className="bar" data-part="wait" style={part(ready, started)} />}
      {called > started && (
        <span className="bar" data-part="start" data-tone={tone} style={part(started, called)} />
      )}
      <span className="bar" data-tone={tone} style={part(called, ended)} />
    </span>
  );
}

function tookWords(bar: TimeRowBar, progress: Progress | undefined): string {
  const { ready, ended, goesOn, nodeRun, items } = bar;
  if (!goesOn) return duration(ended - ready);
  if (items) return texts.itemsEnded(items.ended);
  if (progress?.fraction !== undefined) return `${Math.round(progress.fraction * 100)} %`;
  return usual.status[nodeRun.status] ?? nodeRun.status;
}

function partWords({ ready, started, called, ended, goesOn }: TimeBar) {
  return {
    waited: duration(started - ready),
    start: duration(called - started),
    called: goesOn ? undefined : duration(ended - called),
  };
}
