import { texts } from "../texts/texts.ts";
import { relativeTime } from "./format.ts";
import { shared, useShared } from "./shared.ts";

const now = shared(Date.now());
// One clock for the page: times next to each other change together.
setInterval(() => now.set(Date.now()), 5_000);

/** A time relative to now, the exact one on hover and for machines. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const current = useShared(now);
  if (!at) return <span className="soft">{texts.common.never}</span>;
  const time = Date.parse(at);
  const shown = relativeTime(time, Math.max(current, Math.min(Date.now(), time)));
  return (
    <time dateTime={at} title={new Date(time).toLocaleString("en-GB")} className="nowrap">
      {shown}
    </time>
  );
}
