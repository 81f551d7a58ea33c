import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { nodesQuery } from "../api/queries.ts";
import type { FullRun, NodeRun } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";
import { NamedValues } from "../values/named-values.tsx";
import { CallLog } from "./call-log.tsx";
import { CallProgress } from "./call-progress.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import type { Progress } from "./use-run-events.ts";

/** One call of a node: how it went or how far it is, why it failed, what went in and came out, what the plugin wrote. */
export function CallView({
  run,
  call,
  attempts,
  isOneOfMany,
  progress,
}: {
  run: FullRun;
  call: NodeRun;
  /** Of this call, all that there were. */
  attempts: number;
  /** The node had other calls too. */
  isOneOfMany: boolean;
  progress: Progress | undefined;
}) {
  const { data: nodes } = useQuery(nodesQuery);
  const plugin = nodes?.find(({ type }) => type === call.node_type)?.plugin_name;
  return (
    <div className="call">
      <Facts run={run} call={call} />
      <CallProgress call={call} progress={progress} />
      {call.error && (
        <ErrorNotice error={call.error} plugin={plugin}>
          {attempts > 1 && ` · ${texts.attemptOf(call.attempt, attempts)}`}
        </ErrorNotice>
      )}
      <Values title={texts.inputs} values={call.inputs} run={run.id} />
      <Outputs call={call} run={run.id} />
      {plugin && call.started_at && (
        <CallLog run={run.id} call={call} plugin={plugin} isOneOfMany={isOneOfMany} />
      )}
    </div>
  );
}

function Facts({ run, call }: { run: FullRun; call: NodeRun }) {
  return (
    <div className="call-facts">
      <StateBadge state={call.status === "running" && call.attempt > 1 ? "retrying" : call.status} />
      {call.item !== null && (
        <span className="soft">
          {texts.item} {call.item}
        </span>
      )}
      {call.started_at && (
        <span className="soft">
          <TimeAgo at={call.started_at} />
          {call.total_ms !== null && ` · ${duration(call.total_ms)}`}
        </span>
      )}
      {call.reused && run.restarted_from && (
        <Link to="/runs/$id" params={{ id: run.restarted_from }} search={{ node: call.node_id }}>
          {texts.reused}
        </Link>
      )}
    </div>
  );
}

/** Of a call that failed only what the run went on with in spite of it. */
function Outputs({ call: { status, finished_at, outputs }, run }: { call: NodeRun; run: string }) {
  if (status === "failed")
    return outputs !== null && <Values title={texts.outputsInstead} values={outputs} run={run} />;
  if (finished_at !== null) return <Values title={texts.outputs} values={outputs} run={run} />;
  return (
    <section>
      <h3>{texts.outputs}</h3>
      <span className="soft">{texts.notYet}</span>
    </section>
  );
}

function Values({ title, values, run }: { title: string; values: unknown; run: string }) {
  return (
    <section>
      <h3>{title}</h3>
      <NamedValues values={values} run={run} />
    </section>
  );
}
