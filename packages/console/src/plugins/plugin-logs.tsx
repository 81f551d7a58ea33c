import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { pluginQuery } from "../api/queries.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { Empty } from "../parts/empty.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/logs.ts";
import { LogFilters } from "./log-filters.tsx";
import { LogLines } from "./log-lines.tsx";
import { isNarrowed, isWanted, type LogSearch } from "./log-search.ts";
import { useLogStream } from "./log-stream.ts";

const route = getRouteApi("/shell/plugins/$id/logs");

/** What a plugin writes, as it writes it. */
export function PluginLogs() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  if (!plugin) return null;
  return (
    <AdminOnly instead={<NoPermission />}>
      <LiveLog plugin={plugin} />
    </AdminOnly>
  );
}

/** What is looked for may lie far back; what comes after it must not push it out at once. */
const tails = { newest: 1_000, narrowed: 5_000 };

function LiveLog({ plugin }: { plugin: { id: string; name: string } }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrowed = isNarrowed(search);
  const { lines, loaded, lost } = useLogStream(plugin.id, narrowed ? tails.narrowed : tails.newest);
  const [follow, setFollow] = useState(true);
  const now = Date.now();
  const shown = lines.filter((line) => isWanted(line, search, now));
  return (
    <>
      <LogFilters
        plugin={plugin}
        search={search}
        onSearch={(change) => void navigate({ search: (kept) => ({ ...kept, ...change }), replace: true })}
        follow={follow}
        onFollow={setFollow}
      />
      <OneCall id={plugin.name} call={search} />
      {lost && <p className="soft">{texts.lost}</p>}
      {!loaded && <LoadingRows rows={12} height={20} />}
      {loaded && shown.length === 0 && (
        <Nothing search={search} onClear={() => void navigate({ search: {} })} />
      )}
      {loaded && shown.length > 0 && <LogLines lines={shown} follow={follow} />}
    </>
  );
}

/** Says that only one call's lines are shown, and leads to the run and to all lines. */
function OneCall({ id, call: { run, node } }: { id: string; call: LogSearch }) {
  if (run === undefined) return null;
  return (
    <p className="soft">
      {texts.ofCall}:{" "}
      <Link to="/runs/$id" params={{ id: run }} search={{ node }}>
        {texts.ofRun(run.slice(0, 8), node)}
      </Link>{" "}
      ·{" "}
      <Link to="/plugins/$id/logs" params={{ id }} search={{}}>
        {texts.allCalls}
      </Link>
    </p>
  );
}

function Nothing({ search, onClear }: { search: LogSearch; onClear: () => void }) {
  if (!isNarrowed(search)) return <Empty title={texts.empty} />;
  if (search.run !== undefined && search.q === undefined) return <Empty title={texts.emptyCall} />;
  return (
    <Empty title={texts.noMatch} text={texts.noMatchText}>
      <Button variant="default" onClick={onClear}>
        {texts.noMatchClear}
      </Button>
    </Empty>
  );
}
