import { useSyncExternalStore } from "react";
import { texts } from "../texts/texts.ts";
import { relativeTime } from "./format.ts";

let now = Date.now();
const watchers = new Set<() => void>();
// One clock for the page: times next to each other change together.
setInterval(() => {
  now = Date.now();
  for (const watcher of watchers) watcher();
}, 5_000);

function useNow(): number {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => now,
  );
}

/** A time relative to now, the exact one on hover and for machines. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const current = useNow();
  if (!at) return <span className="soft">{texts.common.never}</span>;
  const time = Date.parse(at);
  const shown = relativeTime(time, Math.max(current, Math.min(Date.now(), time)));
  return (
    <time dateTime={at} title={new Date(time).toLocaleString("en-GB")} className="nowrap">
      {shown}
    </time>
  );
}
