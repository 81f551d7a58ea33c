import { Button, Group, Title } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { request } from "../api/client.ts";
import { type FullRun, type RunRecord, runQuery, workflowQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { sayFailed } from "../parts/say.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";
import { graphOf } from "../workflows/graph-model.ts";
import { NodePanel } from "./node-panel.tsx";
import { isOver, nodeStates } from "./run-state.ts";
import { tookOf } from "./run-table.tsx";
import { useRunEvents } from "./use-run-events.ts";
import { Waterfall } from "./waterfall.tsx";

const GraphView = lazy(() => import("../workflows/graph-view.tsx"));
const route = getRouteApi("/shell/runs/$id");
const words = texts.runs;

/** One run as it goes on: its graph, its times, what went in and came out. */
export function RunPage() {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  if (!query.data)
    return (
      <Page title={words.columns.run}>
        <Asked query={query}>{() => null}</Asked>
      </Page>
    );
  return <Shown run={query.data} />;
}

function Shown({ run }: { run: FullRun }) {
  useRunEvents(run.id, isOver(run));
  const { data: workflow } = useQuery(workflowQuery(run.workflow_id));
  const name = workflow?.value.name ?? words.columns.run;
  return (
    <Page
      title={name}
      beside={
        <Group gap="md">
          <StateBadge state={run.status} />
          <Copyable text={run.id} length={8} />
          <span className="soft">
            <TimeAgo at={run.created_at} /> · {tookOf(run)}
          </span>
        </Group>
      }
      actions={<Actions run={run} />}
    >
      <Failed run={run} />
      <Details run={run} definition={workflow?.value.definition} />
    </Page>
  );
}

function Actions({ run }: { run: FullRun }) {
  const navigate = useNavigate();
  const stop = useMutation({
    mutationFn: () => request(`/v1/runs/${run.id}/stop`, { method: "POST" }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
    onError: sayFailed,
  });
  const again = useMutation({
    mutationFn: () => request<RunRecord>(`/v1/runs/${run.id}/replay`, { body: {} }),
    onSuccess: ({ id }) => navigate({ to: "/runs/$id", params: { id } }),
    onError: sayFailed,
  });
  if (!isOver(run))
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        loading={stop.isPending}
        onClick={() => stop.mutate()}
      >
        {words.cancel}
      </Button>
    );
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {words.again}
    </Button>
  );
}

function Failed({ run }: { run: FullRun }) {
  const { error } = run;
  if (!error) return null;
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice tone="bad" title={error.message}>
        <p className="soft">
          <span className="mono">{error.code}</span>
          {error.nodeId && (
            <>
              {" · "}
              {words.failedAt}{" "}
              <Link to="/runs/$id" params={{ id: run.id }} search={{ node: error.nodeId }} replace>
                {error.nodeId}
              </Link>
            </>
          )}
        </p>
      </Notice>
    </div>
  );
}

function Details({ run, definition }: { run: FullRun; definition: Record<string, unknown> | undefined }) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const graph = useMemo(() => definition && graphOf(definition), [definition]);
  const names = new Map(graph?.nodes.map(({ id, name }) => [id, name]));
  const select = (id: string) => id !== node && void navigate({ search: { node: id }, replace: true });
  const states = nodeStates(run, graph?.nodes.map(({ id }) => id) ?? []);
  return (
    <div className="columns">
      <div className="wide">
        <Suspense fallback={<LoadingRows rows={1} height={420} />}>
          {graph && <GraphView graph={graph} states={states} selected={node} onSelect={select} />}
        </Suspense>
      </div>
      <section className="panel">
        <Title order={2}>{words.waterfall}</Title>
        <Waterfall run={run} names={names} selected={node} onSelect={select} />
      </section>
      <NodePanel run={run} node={node} name={node && (names.get(node) ?? node)} />
      <section className="panel">
        <Title order={2}>{words.input}</Title>
        <JsonView value={run.input} />
      </section>
      <section className="panel">
        <Title order={2}>{words.output}</Title>
        <JsonView value={run.output} />
      </section>
    </div>
  );
}
