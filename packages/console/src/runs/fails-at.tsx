import type { RunWait } from "../api/queries.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

/** When a node that nobody answers gives up. */
export function FailsAt({ wait }: { wait: RunWait }) {
  if (!wait.until) return null;
  return (
    <p className="soft">
      {texts.runs.givesUp} <TimeAgo at={wait.until} />
    </p>
  );
}
