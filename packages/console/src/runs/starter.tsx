import { IconClock, IconKey, IconPuzzle, IconWebhook, type TablerIcon } from "@tabler/icons-react";
import type { RunRecord } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";

const icons: Record<NonNullable<RunRecord["started_by"]>["kind"], TablerIcon> = {
  key: IconKey,
  schedule: IconClock,
  webhook: IconWebhook,
  plugin: IconPuzzle,
};

/** Who or what started a run. */
export function Starter({ by }: { by: RunRecord["started_by"] }) {
  if (!by) return null;
  const Icon = icons[by.kind];
  return (
    <span className="starter" title={texts.startedBy[by.kind]}>
      <Icon size={14} aria-hidden />
      {by.kind === "key" ? by.name : texts.startedBy[by.kind]}
    </span>
  );
}
