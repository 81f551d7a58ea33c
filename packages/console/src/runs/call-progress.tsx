import { Progress as Bar } from "@mantine/core";
import type { NodeRun } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";
import type { Progress } from "./use-run-events.ts";

/** How far a call that goes on is, in its plugin's words; nothing where it tells nothing. */
export function CallProgress({ call, progress }: { call: NodeRun; progress: Progress | undefined }) {
  if (call.status !== "running" || !progress) return null;
  const { fraction, message } = progress;
  const percent = fraction === undefined ? "" : `${Math.round(fraction * 100)} %`;
  return (
    <div>
      {fraction !== undefined && (
        <Bar value={fraction * 100} size="sm" aria-label={texts.progress} transitionDuration={200} />
      )}
      <p className="call-progress soft">{[percent, message].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
