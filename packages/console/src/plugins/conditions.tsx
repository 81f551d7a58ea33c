import type { Condition } from "@noxus/contracts";
import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

const looks = {
  true: { tone: "ok", icon: IconCircleCheck },
  false: { tone: "bad", icon: IconCircleX },
  unknown: { tone: "idle", icon: IconCircleDashed },
};

/** The four things that must hold for a plugin to run, in their order, each since when. */
export function Conditions({ conditions }: { conditions: Condition[] }) {
  if (conditions.length === 0) return <span className="soft">{texts.common.never}</span>;
  return (
    <ol className="steps connected">
      {conditions.map(({ type, status, message, since }) => {
        const { tone, icon: Icon } = looks[status];
        return (
          <li key={type}>
            <span className="state" data-tone={tone}>
              <Icon size={16} aria-label={status} />
            </span>
            <span>
              <strong>{texts.conditions[type]}</strong>
              <div className="soft">{message}</div>
            </span>
            <span className="soft">
              <TimeAgo at={since} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
