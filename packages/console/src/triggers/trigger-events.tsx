import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Trigger, type TriggerEvent, triggerEventsQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/triggers.ts";
import { NamedValues } from "../values/named-values.tsx";
import { triggerName } from "./trigger-name.ts";

const words = texts.events;

/** What a trigger has received, and which run or error came of it. */
export default function TriggerEvents({ trigger, onClose }: { trigger: Trigger; onClose: () => void }) {
  const query = useQuery(triggerEventsQuery(trigger));
  return (
    <Dialog onClose={onClose} title={words.title(triggerName(trigger))} size="xl">
      <Asked query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? <p className="soft">{words.empty}</p> : <EventTable events={items} />
        }
      </Asked>
    </Dialog>
  );
}

function EventTable({ events }: { events: TriggerEvent[] }) {
  const { columns } = words;
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th>{columns.at}</th>
            <th className="grow">{columns.event}</th>
            <th>{columns.run}</th>
          </tr>
        </thead>
        <tbody>
          {events.map(({ id, event_type, data, run_id, error, created_at }) => (
            <tr key={id}>
              <td className="soft">
                <TimeAgo at={created_at} />
              </td>
              <td>
                <span className="mono">{event_type}</span>
                <NamedValues values={data} />
              </td>
              <td>{run_id ? <RunLink id={run_id} /> : (error?.message ?? words.noRun)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunLink({ id }: { id: string }) {
  return (
    <Link to="/runs/$id" params={{ id }} className="mono">
      {id.slice(0, 8)}
    </Link>
  );
}
