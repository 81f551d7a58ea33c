import { Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { nodesQuery } from "../api/queries.ts";
import { type FullRun, runQuery } from "../api/runs.ts";
import { workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";
import { NamedValues } from "../values/named-values.tsx";
import { GraphView } from "../workflows/graph.tsx";
import { graphOf } from "../workflows/graph-model.ts";
import { NodePanel } from "./node-panel.tsx";
import { RunActions } from "./run-actions.tsx";
import { isOver, nodeStates } from "./run-state.ts";
import { tookOf } from "./run-table.tsx";
import { RunWaits } from "./run-waits.tsx";
import { useRunEvents } from "./use-run-events.ts";
import { Waterfall } from "./waterfall.tsx";

const route = getRouteApi("/shell/runs/$id");

/** One run as it goes on: its graph, its times, what went in and came out. */
export function RunPage() {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  if (!query.data)
    return (
      <Page title={texts.columns.run}>
        <Asked query={query}>{() => null}</Asked>
      </Page>
    );
  return <Shown run={query.data} />;
}

function Shown({ run }: { run: FullRun }) {
  useRunEvents(run.id, isOver(run));
  const name = useNameOf(run);
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
      actions={<RunActions run={run} />}
    >
      <Failed run={run} />
      <Details run={run} />
    </Page>
  );
}

/** The workflow's name, or that of the node that was tried alone. */
function useNameOf({ workflow_id, tried_node }: FullRun): string {
  const { data: workflow } = useQuery({ ...workflowQuery(workflow_id), enabled: !tried_node });
  const { data: nodes } = useQuery({ ...nodesQuery, enabled: Boolean(tried_node) });
  if (!tried_node) return workflow?.value.name ?? texts.columns.run;
  return texts.nodeAlone(nodes?.find(({ type }) => type === tried_node)?.title ?? tried_node);
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
              {texts.failedAt}{" "}
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

function Details({ run }: { run: FullRun }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { definition } = run;
  const graph = useMemo(() => graphOf(definition), [definition]);
  const [only, another] = graph.nodes;
  // Where there is no choice, none need be made.
  const node = search.node ?? (another ? undefined : only?.id);
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const select = (id: string) => id !== node && void navigate({ search: { node: id }, replace: true });
  const states = nodeStates(
    run,
    graph.nodes.map(({ id }) => id),
  );
  return (
    <div className="columns">
      <div className="wide">
        <RunWaits run={run} names={names} />
        <GraphView graph={graph} states={states} selected={node} onSelect={select} />
      </div>
      <section className="panel">
        <Title order={2}>{texts.waterfall}</Title>
        <Waterfall run={run} names={names} selected={node} onSelect={select} />
      </section>
      <NodePanel run={run} node={node} name={node && (names.get(node) ?? node)} />
      <section className="panel">
        <Title order={2}>{texts.input}</Title>
        <NamedValues values={run.input} run={run.id} />
      </section>
      <section className="panel">
        <Title order={2}>{texts.output}</Title>
        <NamedValues values={run.output} run={run.id} />
      </section>
    </div>
  );
}
