import { Link } from "@tanstack/react-router";
import type { RunSummary } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import { errorWords } from "./error-words.ts";
import { isOver } from "./run-state.ts";
import { Starter } from "./starter.tsx";
import { useTicking } from "./use-ticking.ts";

/** Runs, newest first. */
export function RunTable({ runs, withWorkflow = true }: { runs: RunSummary[]; withWorkflow?: boolean }) {
  const now = useTicking(
    runs.some((run) => !isOver(run)),
    1_000,
  );
  if (runs.length === 0) return <p className="soft">{texts.empty}</p>;
  return (
    <VirtualRows
      label={texts.title}
      rows={runs}
      head={<RunHead withWorkflow={withWorkflow} />}
      row={(run) => (
        <RunRow key={run.id} run={run} now={now} workflow={withWorkflow ? nameOf(run) : undefined} />
      )}
    />
  );
}

function nameOf({ workflow_name, tried_node }: RunSummary): string {
  return tried_node ? texts.nodeAlone(tried_node) : workflow_name;
}

function RunHead({ withWorkflow }: { withWorkflow: boolean }) {
  const { columns } = texts;
  return (
    <tr>
      <th>{columns.run}</th>
      {withWorkflow && <th>{columns.workflow}</th>}
      <th>{columns.status}</th>
      <th className="hide-narrow">{columns.by}</th>
      <th className="hide-narrow">{columns.started}</th>
      <th className="number hide-narrow">{columns.took}</th>
      <th className="hide-narrow grow">{columns.problem}</th>
    </tr>
  );
}

function RunRow({ run, now, workflow }: { run: RunSummary; now: number; workflow: string | undefined }) {
  return (
    <tr>
      <td className="nowrap">
        <Link to="/runs/$id" params={{ id: run.id }} className="row-link mono">
          {run.id.slice(0, 8)}
        </Link>
      </td>
      {workflow !== undefined && <td className="run-workflow">{workflow}</td>}
      <td>
        <StateBadge state={run.status} />
      </td>
      <td className="hide-narrow soft nowrap">
        <Starter by={run.started_by} />
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={run.created_at} />
      </td>
      <td className="number hide-narrow nowrap">{tookOf(run, now)}</td>
      <td className="hide-narrow run-problem" title={run.error?.message.slice(0, 2_000)}>
        {run.error && errorWords(run.error.message).title}
      </td>
    </tr>
  );
}

/** From the start to the end of a run, or to now where it goes on; ms since the epoch. */
export function tookOf(
  {
    started_at,
    created_at,
    finished_at,
    status,
  }: Pick<RunSummary, "started_at" | "created_at" | "finished_at" | "status">,
  now: number,
): string {
  if (finished_at) return duration(Date.parse(finished_at) - Date.parse(started_at ?? created_at));
  if (!started_at || status !== "running") return usual.common.never;
  return duration(Math.max(0, Math.floor((now - Date.parse(started_at)) / 1_000) * 1_000));
}
