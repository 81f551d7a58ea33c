import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RunRecord } from "../api/runs.ts";
import { workflowNamesQuery } from "../api/workflows.ts";
import { duration } from "../parts/format.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";

/** Runs, newest first. */
export function RunTable({ runs, withWorkflow = true }: { runs: RunRecord[]; withWorkflow?: boolean }) {
  const { data } = useQuery(workflowNamesQuery);
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  if (runs.length === 0) return <p className="soft">{texts.empty}</p>;
  return (
    <VirtualRows
      label={texts.title}
      rows={runs}
      head={<RunHead withWorkflow={withWorkflow} />}
      row={(run) => (
        <RunRow key={run.id} run={run} workflow={withWorkflow ? nameOf(run, names) : undefined} />
      )}
    />
  );
}

function nameOf({ workflow_id, tried_node }: RunRecord, names: ReadonlyMap<string, string>): string {
  return names.get(workflow_id) ?? (tried_node ? texts.nodeAlone(tried_node) : "");
}

function RunHead({ withWorkflow }: { withWorkflow: boolean }) {
  const { columns } = texts;
  return (
    <tr>
      <th>{columns.run}</th>
      {withWorkflow && <th>{columns.workflow}</th>}
      <th>{columns.status}</th>
      <th className="hide-narrow">{columns.started}</th>
      <th className="number hide-narrow">{columns.took}</th>
      <th className="hide-narrow grow">{columns.problem}</th>
    </tr>
  );
}

function RunRow({ run, workflow }: { run: RunRecord; workflow: string | undefined }) {
  return (
    <tr>
      <td className="nowrap">
        <Link to="/runs/$id" params={{ id: run.id }} className="row-link mono">
          {run.id.slice(0, 8)}
        </Link>
      </td>
      {workflow !== undefined && <td className="nowrap">{workflow}</td>}
      <td>
        <StateBadge state={run.status} />
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={run.created_at} />
      </td>
      <td className="number hide-narrow nowrap">{tookOf(run)}</td>
      <td className="hide-narrow">
        <span className="clamp">{run.error?.message}</span>
      </td>
    </tr>
  );
}

/** From the start to the end of a run that has ended. */
export function tookOf({ started_at, created_at, finished_at }: RunRecord): string {
  if (!finished_at) return usual.common.never;
  return duration(Date.parse(finished_at) - Date.parse(started_at ?? created_at));
}
