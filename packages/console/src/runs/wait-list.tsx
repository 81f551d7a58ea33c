import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type OpenWait, openWaitsQuery } from "../api/runs.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/runs.ts";
import { Decision } from "./decision.tsx";
import { keptWaits, waitKey } from "./kept-waits.ts";

/** Everything that waits for a person's decision, the oldest first. */
export function WaitList() {
  const query = useQuery(openWaitsQuery);
  return (
    <Page title={texts.waitsTitle} beside={<Link to="/runs">{texts.allRuns}</Link>}>
      <Asked query={query} rows={3}>
        {({ items }) => <Waits open={items} />}
      </Asked>
    </Page>
  );
}

/** What is decided stays in its place, so that no other question comes under the pointer of who decides. */
function Waits({ open }: { open: OpenWait[] }) {
  const [seen, setSeen] = useState(open);
  const shown = keptWaits(seen, open);
  if (shown.length !== seen.length) setSeen(shown);
  if (shown.length === 0) return <Empty title={texts.noWaits} text={texts.noWaitsText} />;
  const isOpen = new Set(open.map(waitKey));
  return (
    <ul className="plain wait-list">
      {shown.map((wait) => (
        <li key={waitKey(wait)}>
          <p className="call-facts">
            <Link to="/runs/$id" params={{ id: wait.run_id }} search={{ node: wait.node_id }}>
              {texts.waitOf(wait.workflow_name, wait.run_id.slice(0, 8))}
            </Link>
            <span className="soft">
              <TimeAgo at={wait.since} />
            </span>
            {!isOpen.has(waitKey(wait)) && <b>{texts.waitsNoMore}</b>}
          </p>
          <Decision
            runId={wait.run_id}
            wait={wait}
            name={wait.node_name ?? wait.node_id}
            isOver={!isOpen.has(waitKey(wait))}
          />
        </li>
      ))}
    </ul>
  );
}
