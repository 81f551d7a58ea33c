import { SegmentedControl, Select } from "@mantine/core";
import type { NodeRun } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import type { ChosenCall } from "./chosen-call.ts";
import { lastAttempts, placeOf } from "./run-state.ts";

/** Which item and which attempt of a node is shown, where there are several. */
export function CallChoice({
  calls,
  shown,
  onSelect,
}: {
  calls: readonly NodeRun[];
  shown: NodeRun;
  onSelect: (call: ChosenCall) => void;
}) {
  const items = lastAttempts(calls);
  const attempts = calls.filter((call) => placeOf(call) === placeOf(shown));
  if (items.length < 2 && attempts.length < 2) return null;
  return (
    <div className="filters">
      {items.length > 1 && (
        <Select
          size="xs"
          aria-label={texts.item}
          data={items.map((call) => ({ value: placeOf(call), label: itemWords(call) }))}
          value={placeOf(shown)}
          onChange={(place) => {
            const item = items.find((call) => placeOf(call) === place);
            if (item) onSelect(item);
          }}
          allowDeselect={false}
          searchable
        />
      )}
      {attempts.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={texts.attempts}
          value={String(shown.attempt)}
          onChange={(attempt) => onSelect({ ...shown, attempt: Number(attempt) })}
          data={attempts.map(({ attempt }) => ({
            value: String(attempt),
            label: `${texts.attempts} ${attempt}`,
          }))}
        />
      )}
    </div>
  );
}

function itemWords({ item, status }: NodeRun): string {
  const name = item === null ? texts.whole : `${texts.item} ${item}`;
  return `${name} · ${usual.status[status] ?? status}`;
}
