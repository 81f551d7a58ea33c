import { Button, Group, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { request } from "../api/client.ts";
import type { RegistryNode } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { type FullRun, type NodeRun, runQuery } from "../api/runs.ts";
import { Asked } from "../parts/asked.tsx";
import { duration } from "../parts/format.ts";
import { sayFailed } from "../parts/say.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { CallLog } from "../runs/call-log.tsx";
import { CallProgress } from "../runs/call-progress.tsx";
import { ErrorNotice } from "../runs/error-notice.tsx";
import { callToShow, isOver, lastAttempts, placeOf } from "../runs/run-state.ts";
import { useRunEvents } from "../runs/use-run-events.ts";
import { texts } from "../texts/nodes.ts";
import { NamedValues } from "../values/named-values.tsx";

/** A trial as it goes on: its state, what the node gave or why it failed, what its plugin wrote, and the way to the run. */
export function TryResult({ runId, node }: { runId: string; node: RegistryNode }) {
  const query = useQuery(runQuery(runId));
  return (
    <section className="trial-result" aria-live="polite">
      <Title order={3}>{texts.result}</Title>
      <Asked query={query} rows={2}>
        {(run) => <Result run={run} node={node} />}
      </Asked>
    </section>
  );
}

function Result({ run, node }: { run: FullRun; node: RegistryNode }) {
  const progress = useRunEvents(run.id, isOver(run));
  const calls = lastAttempts(run.nodes);
  const call = callToShow(run.nodes);
  const took = calls[0]?.total_ms;
  return (
    <div className="call">
      <Group gap="md">
        <StateBadge state={run.status} />
        {calls.length === 1 && typeof took === "number" && <span className="soft">{duration(took)}</span>}
        {!isOver(run) && <StopButton id={run.id} />}
        <Link to="/runs/$id" params={{ id: run.id }}>
          {texts.toRun}
        </Link>
      </Group>
      {call && <CallProgress call={call} progress={progress.get(placeOf(call))} />}
      {run.error && <ErrorNotice error={run.error} plugin={node.plugin_name} />}
      {run.status === "completed" && <NamedValues values={outputsOf(run.nodes)} run={run.id} />}
      {call?.started_at && node.plugin_name && (
        <CallLog
          key={`${placeOf(call)} ${call.attempt}`}
          run={run.id}
          call={call}
          plugin={node.plugin_name}
          isOneOfMany={run.nodes.length > 1}
        />
      )}
    </div>
  );
}

/** Of the node; by item where a list was mapped over it. */
function outputsOf(nodes: readonly NodeRun[]): unknown {
  const calls = lastAttempts(nodes);
  const whole = calls.find(({ item }) => item === null);
  return (whole ?? { outputs: calls.map(({ outputs }) => outputs) }).outputs;
}

function StopButton({ id }: { id: string }) {
  const stop = useMutation({
    mutationFn: () => request(`/v1/runs/${id}/stop`, { method: "POST" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["runs", id] }),
    onError: sayFailed,
  });
  return (
    <Button size="compact-xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
      {texts.stop}
    </Button>
  );
}
