import { Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { nodesQuery } from "../api/queries.ts";
import { type FullRun, type NodeRun, runQuery } from "../api/runs.ts";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { Page } from "../parts/page.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";
import { NamedValues } from "../values/named-values.tsx";
import { GraphView } from "../workflows/graph.tsx";
import { type Graph, graphOf } from "../workflows/graph-model.ts";
import type { ChosenCall } from "./chosen-call.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { NodePanel } from "./node-panel.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunLine } from "./run-line.tsx";
import { callToShow, failedNode, isOver, nodeStates } from "./run-state.ts";
import { tookOf } from "./run-table.tsx";
import { RunWaits } from "./run-waits.tsx";
import { Starter } from "./starter.tsx";
import { useRunEvents } from "./use-run-events.ts";
import { useTicking } from "./use-ticking.ts";
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
  return <Shown key={query.data.id} run={query.data} />;
}

function Shown({ run }: { run: FullRun }) {
  const name = useNameOf(run);
  const now = useTicking(!isOver(run), 1_000);
  return (
    <Page
      title={name}
      beside={
        <Group gap="md">
          <span className="run-status" role="status">
            <StateBadge state={run.status} />
          </span>
          <Copyable text={run.id} length={8} />
          <span className="soft">
            <TimeAgo at={run.created_at} /> · {tookOf(run, now)}
          </span>
          <StartedBy run={run} />
          {run.restarted_from && (
            <Link to="/runs/$id" params={{ id: run.restarted_from }}>
              {texts.restartedFrom}
            </Link>
          )}
        </Group>
      }
      actions={<RunActions run={run} />}
    >
      <Details run={run} />
    </Page>
  );
}

/** Who started it; what did leads to where it is set. */
function StartedBy({ run: { started_by, workflow_id } }: { run: FullRun }) {
  if (!started_by || started_by.kind === "key") return <Starter by={started_by} />;
  return (
    <Link to="/workflows/$id/triggers" params={{ id: workflow_id }}>
      <Starter by={started_by} />
    </Link>
  );
}

/** The workflow's name, or that of the node that was tried alone. */
function useNameOf({ workflow_name, tried_node }: FullRun): string {
  const { data: nodes } = useQuery({ ...nodesQuery, enabled: Boolean(tried_node) });
  if (!tried_node) return workflow_name ?? texts.columns.run;
  return texts.nodeAlone(nodes?.find(({ type }) => type === tried_node)?.title ?? tried_node);
}

function Details({ run }: { run: FullRun }) {
  const progress = useRunEvents(run.id, isOver(run));
  const navigate = route.useNavigate();
  const { definition } = run;
  const graph = useMemo(() => graphOf(definition), [definition]);
  const names = useMemo(() => new Map(graph.nodes.map(({ id, name }) => [id, name])), [graph]);
  const { node, shown } = useChosen(run, graph);
  const select = ({ node_id, item, attempt }: Partial<ChosenCall>) =>
    void navigate({
      search: { node: node_id, item: item === null ? undefined : item, attempt },
      replace: true,
      resetScroll: false,
    });
  const states = nodeStates(
    run,
    graph.nodes.map(({ id }) => id),
  );
  return (
    <>
      <RunLine run={run} states={states} names={names} />
      {run.error && failedNode(run) === undefined && (
        <div className="notices">
          <ErrorNotice error={run.error} />
        </div>
      )}
      <RunWaits run={run} names={names} />
      <GraphView
        graph={graph}
        states={states}
        {...(node !== undefined && { selected: node })}
        onSelect={(id) => id !== node && select({ node_id: id })}
      />
      <div className="run-parts">
        <section className="panel run-time">
          <Title order={2}>{texts.waterfall}</Title>
          <Waterfall
            run={run}
            names={names}
            expected={graph.nodes.length}
            progress={progress}
            selected={shown}
            onSelect={select}
          />
        </section>
        <NodePanel
          run={run}
          node={node}
          name={node && (names.get(node) ?? node)}
          shown={shown}
          progress={progress}
          onSelect={select}
        />
        <Values className="run-input" title={texts.input} values={run.input} run={run.id} />
        <Values className="run-output" title={texts.output} values={run.output} run={run.id} />
      </div>
    </>
  );
}

/** The node and the call of it that the address names; else, where it needs no choice, the only one or the one that failed. */
function useChosen(run: FullRun, graph: Graph): { node: string | undefined; shown: NodeRun | undefined } {
  const { node: named, item, attempt } = route.useSearch();
  const [only, another] = graph.nodes;
  const node = named ?? failedNode(run) ?? (another ? undefined : only?.id);
  const calls = run.nodes.filter(({ node_id }) => node_id === node);
  const ofItem = item === undefined ? calls : calls.filter((call) => `${call.item}` === `${item}`);
  const exact = ofItem.find((call) => call.attempt === attempt && (item !== undefined || call.item === null));
  return { node, shown: exact ?? callToShow(ofItem) };
}

function Values({
  className,
  title,
  values,
  run,
}: {
  className: string;
  title: string;
  values: unknown;
  run: string;
}) {
  return (
    <section className={`panel ${className}`}>
      <Title order={2}>{title}</Title>
      <NamedValues values={values} run={run} />
    </section>
  );
}
