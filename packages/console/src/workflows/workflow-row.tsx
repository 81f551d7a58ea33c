import { ActionIcon } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { WorkflowSummary } from "../api/workflows.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/workflows.ts";

export function WorkflowHead() {
  const { columns } = texts;
  return (
    <tr>
      <th className="grow">{columns.name}</th>
      <th>{columns.lastRun}</th>
      <th className="hide-narrow">{columns.starts}</th>
      <th className="hide-narrow">{columns.changed}</th>
      <th>
        <span className="unseen">{columns.run}</span>
      </th>
    </tr>
  );
}

/** One workflow: what it is made of, how it last went, when it starts next. */
export function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  const { id, name, last_run, updated_at } = workflow;
  return (
    <tr>
      <td>
        <Link to="/workflows/$id" params={{ id }} className="row-link">
          {name}
        </Link>
        <div className="soft clamp">{nodesOf(workflow)}</div>
      </td>
      <td className="nowrap">
        {last_run ? <LastRun run={last_run} /> : <span className="soft">{texts.neverRan}</span>}
      </td>
      <td className="hide-narrow nowrap">
        <Starts triggers={workflow.triggers} />
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={updated_at} />
      </td>
      <td>
        <ActionIcon
          className="over-row"
          variant="default"
          size={32}
          aria-label={texts.runNamed(name)}
          title={texts.runNamed(name)}
          renderRoot={(props) => (
            <Link to="/workflows/$id" params={{ id }} search={{ run: "new" }} {...props} />
          )}
        >
          <IconPlayerPlay size={16} />
        </ActionIcon>
      </td>
    </tr>
  );
}

function nodesOf({ node_count, node_names }: WorkflowSummary): string {
  if (node_names.length === 0) return texts.nodes(0);
  const rest = node_count - node_names.length;
  return [node_names.join(", "), rest > 0 ? texts.more(rest) : ""].filter(Boolean).join(" ");
}

function LastRun({ run }: { run: NonNullable<WorkflowSummary["last_run"]> }) {
  return (
    <Link to="/runs/$id" params={{ id: run.id }} className="over-row plain-link">
      <StateBadge state={run.status} />
      <div className="soft">
        <TimeAgo at={run.created_at} />
      </div>
    </Link>
  );
}

function Starts({ triggers: { active, failing, next_at } }: Pick<WorkflowSummary, "triggers">) {
  if (active === 0) return <span className="soft">{texts.paused}</span>;
  return (
    <>
      {failing > 0 ? <StateBadge state="failing" /> : texts.active(active)}
      {next_at && (
        <div className="soft">
          {texts.next} <TimeAgo at={next_at} />
        </div>
      )}
    </>
  );
}
