import { useEffect, useState } from "react";
import { duration } from "../parts/format.ts";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";

/** When a plugin is tried again by itself, counting down; not read out each second. */
export function NextAttempt({ at }: { at: string | undefined }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!at) return;
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, [at]);
  if (!at) return texts.plugins.noNextAttempt;
  const leftMs = Date.parse(at) - now;
  if (leftMs <= 0) return pluginPageTexts.failure.trying;
  const left = leftMs < 60_000 ? `${Math.ceil(leftMs / 1_000)} s` : duration(leftMs);
  return (
    <>
      {texts.plugins.nextAttempt}{" "}
      <time dateTime={at} title={new Date(at).toLocaleString("en-GB")} role="timer" className="nowrap">
        {texts.plugins.nextAttemptIn(left)}
      </time>
    </>
  );
}
