import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { meQuery, pluginQuery } from "../api/queries.ts";
import { Empty } from "../parts/empty.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/texts.ts";
import { isWanted, LogFilters, type Wanted } from "./log-filters.tsx";
import { LogLines } from "./log-lines.tsx";
import { type LogLine, useLogStream } from "./log-stream.ts";
import { isOfCall, type LoggedCall } from "./of-call.ts";

const route = getRouteApi("/shell/plugins/$id/logs");
const words = texts.logs;

/** What a plugin writes, as it writes it. */
export function PluginLogs() {
  const { id } = route.useParams();
  const call = route.useSearch();
  const { data: plugin } = useQuery(pluginQuery(id));
  const { data: me } = useQuery(meQuery);
  if (!plugin) return null;
  if (me && !me.tenant_admin)
    return <Empty title={texts.common.noPermission} text={texts.common.noPermissionText} />;
  return <LiveLog id={plugin.id} name={plugin.name} call={call} />;
}

function LiveLog({ id, name, call }: { id: string; name: string; call: LoggedCall }) {
  // A call may lie far back; what comes after it must not push it out at once.
  const { lines, loaded, lost } = useLogStream(id, call.run === undefined ? 1_000 : 5_000);
  const [wanted, setWanted] = useState<Wanted>({ text: "", level: "all", follow: true });
  const shown = lines.filter((line) => isOfCall(line, call) && isWanted(line, wanted));
  return (
    <>
      <LogFilters id={id} name={name} wanted={wanted} onChange={setWanted} />
      <OneCall id={name} call={call} />
      {lost && <p className="soft">{words.lost}</p>}
      <Shown
        lines={shown}
        loaded={loaded}
        follow={wanted.follow}
        nothing={call.run === undefined ? words.empty : words.emptyCall}
      />
    </>
  );
}

/** Says that only one call's lines are shown, and leads to the run and to all lines. */
function OneCall({ id, call: { run, node } }: { id: string; call: LoggedCall }) {
  if (run === undefined) return null;
  return (
    <p className="soft">
      {words.ofCall}:{" "}
      <Link to="/runs/$id" params={{ id: run }} search={{ node }}>
        {words.ofRun(run.slice(0, 8), node)}
      </Link>{" "}
      ·{" "}
      <Link to="/plugins/$id/logs" params={{ id }} search={{}}>
        {words.allCalls}
      </Link>
    </p>
  );
}

function Shown({
  lines,
  loaded,
  follow,
  nothing,
}: {
  lines: LogLine[];
  loaded: boolean;
  follow: boolean;
  nothing: string;
}) {
  if (!loaded) return <LoadingRows rows={12} height={20} />;
  if (lines.length === 0) return <Empty title={nothing} />;
  return <LogLines lines={lines} follow={follow} />;
}
