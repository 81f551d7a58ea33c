import type { Phase } from "@noxus/contracts";
import { IconCircleCheck, IconLoader2 } from "@tabler/icons-react";
import { duration } from "../parts/format.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

/** The steps from source to serving, with the time of each. */
export function Phases({ phases }: { phases: Phase[] }) {
  if (phases.length === 0) return <span className="soft">{texts.common.never}</span>;
  return (
    <ol className="steps">
      {phases.map(({ name, startedAt, durationMs, reused }) => (
        <li key={`${name} ${startedAt}`}>
          {durationMs === undefined ? (
            <span className="state" data-tone="busy">
              <IconLoader2 size={16} className="spin" aria-hidden />
            </span>
          ) : (
            <span className="state" data-tone="ok">
              <IconCircleCheck size={16} aria-hidden />
            </span>
          )}
          <span>
            {texts.phases[name]} {reused && <span className="soft">{texts.plugins.reused}</span>}
          </span>
          <span>{durationMs === undefined ? <TimeAgo at={startedAt} /> : duration(durationMs)}</span>
        </li>
      ))}
    </ol>
  );
}
