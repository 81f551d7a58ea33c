import type { RunWait } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { type FullRun, runWaitsQuery } from "../api/runs.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Failure } from "../parts/failure.tsx";
import { Notice } from "../parts/notice.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";
import { Decision } from "./decision.tsx";
import { FailsAt } from "./fails-at.tsx";
import { isOver } from "./run-state.ts";

/** Why a run does not go on, and what a person can do about it: it is paused, or its nodes wait. */
export function RunWaits({ run, names }: { run: FullRun; names: Map<string, string> }) {
  const waits = !isOver(run) && run.nodes.some(({ status }) => status === "waiting");
  const query = useQuery({ ...runWaitsQuery(run.id), enabled: waits });
  const items = waits ? (query.data?.items ?? []) : [];
  if (!run.pause_requested && !waits) return null;
  return (
    <div className="notices">
      {run.pause_requested && !isOver(run) && (
        <Notice tone="warn" title={run.status === "paused" ? texts.paused : texts.pausing}>
          <p className="soft">{texts.pausedHint}</p>
        </Notice>
      )}
      {waits && query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {items.map((wait) => (
        <Wait key={`${wait.node_id} ${wait.item}`} runId={run.id} wait={wait} name={nameOf(wait, names)} />
      ))}
    </div>
  );
}

function nameOf({ node_id, item }: RunWait, names: Map<string, string>): string {
  const name = names.get(node_id) ?? node_id;
  return item === null ? name : `${name} · ${texts.item} ${item}`;
}

function Wait({ runId, wait, name }: { runId: string; wait: RunWait; name: string }) {
  if (wait.kind === "approval") return <Decision runId={runId} wait={wait} name={name} />;
  if (wait.kind === "time")
    return (
      <Notice tone="busy" title={texts.waitsForTime(name)}>
        <p className="soft">
          {texts.goesOn} <TimeAgo at={wait.until} />
        </p>
      </Notice>
    );
  return (
    <Notice tone="busy" title={texts.waitsForCall(name)}>
      <p className="soft">{texts.callHint}</p>
      {wait.url && <Copyable text={wait.url} length={64} />}
      <FailsAt wait={wait} />
    </Notice>
  );
}
