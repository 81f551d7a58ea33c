import type { RunWait } from "@noxus/contracts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";

/** When a node that nobody answers gives up. */
export function FailsAt({ wait }: { wait: RunWait }) {
  if (!wait.until) return null;
  return (
    <p className="soft">
      {texts.givesUp} <TimeAgo at={wait.until} />
    </p>
  );
}
