import type { FullRun } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { toneOf } from "../parts/state-badge.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import { waterfall } from "./run-state.ts";

/** Where a run's time went: of each node, waiting and calling. */
export function Waterfall({
  run,
  names,
  selected,
  onSelect,
}: {
  run: FullRun;
  names: Map<string, string>;
  selected: string | undefined;
  onSelect: (id: string) => void;
}) {
  const bars = waterfall(run, Date.now());
  if (bars.length === 0) return <p className="soft">{texts.nothing}</p>;
  return (
    <>
      {bars.map(({ nodeRun, waitFrom, callFrom, until, ms }) => {
        const { node_id, item, attempt, status } = nodeRun;
        const more = [
          item === null ? "" : `${texts.item} ${item}`,
          attempt > 1 ? `${texts.attempts} ${attempt}` : "",
        ].filter(Boolean);
        return (
          <button
            key={`${node_id} ${item} ${attempt}`}
            type="button"
            className="bar-row"
            aria-pressed={node_id === selected}
            onClick={() => onSelect(node_id)}
          >
            <span className="clamp">{[names.get(node_id) ?? node_id, ...more].join(" · ")}</span>
            <span className="bar-track" aria-hidden>
              <span
                className="bar"
                data-part="wait"
                style={{ left: `${waitFrom}%`, width: `${callFrom - waitFrom}%` }}
              />
              <span
                className="bar"
                data-tone={toneOf(status)}
                style={{ left: `${callFrom}%`, width: `${until - callFrom}%` }}
              />
            </span>
            <span className="number">{ms === undefined ? usual.status[status] : duration(ms)}</span>
          </button>
        );
      })}
      <p className="soft">{texts.waterfallHint}</p>
    </>
  );
}
