import type { Trigger } from "../api/queries.ts";
import { texts } from "../texts/triggers.ts";
import { TriggerRow } from "./trigger-row.tsx";

/** Triggers, with the names of their workflows where they are of several. */
export function TriggerTable({
  triggers,
  workflows,
  onOpen,
}: {
  triggers: Trigger[];
  /** By id. */
  workflows?: ReadonlyMap<string, string>;
  onOpen: (open: { kind: "change" | "events" | "secret"; trigger: Trigger }) => void;
}) {
  const { columns } = texts;
  return (
    <div className="table-scroll">
      <table className="table" aria-label={texts.title}>
        <thead>
          <tr>
            <th className="grow">{workflows ? columns.whatAndWorkflow : columns.what}</th>
            <th>{columns.status}</th>
            <th className="hide-narrow">{columns.next}</th>
            <th className="hide-narrow">{columns.last}</th>
            <th>
              <span className="unseen">{columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {triggers.map((trigger) => (
            <TriggerRow
              key={trigger.id}
              trigger={trigger}
              {...(workflows && { workflow: workflows.get(trigger.workflow_id) ?? "" })}
              onOpen={(kind) => onOpen({ kind, trigger })}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
