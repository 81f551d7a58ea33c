import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { meQuery, pluginQuery } from "../api/queries.ts";
import { Empty } from "../parts/empty.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/texts.ts";
import { levelOf } from "./log-level.ts";
import { LogLines } from "./log-lines.tsx";
import { type LogLine, useLogStream } from "./log-stream.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.logs;

/** What a plugin writes, as it writes it. */
export function PluginLogs() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  const { data: me } = useQuery(meQuery);
  if (!plugin) return null;
  if (me && !me.tenant_admin)
    return <Empty title={texts.common.noPermission} text={texts.common.noPermissionText} />;
  return <LiveLog id={plugin.id} name={plugin.name} />;
}

function LiveLog({ id, name }: { id: string; name: string }) {
  const { lines, loaded, lost } = useLogStream(id, 1_000);
  const [filter, setFilter] = useState("");
  const [level, setLevel] = useState("all");
  const [follow, setFollow] = useState(true);
  const wanted = filter.toLowerCase();
  const shown = lines.filter(
    (line) => line.text.toLowerCase().includes(wanted) && (level === "all" || levelOf(line) !== undefined),
  );
  return (
    <>
      <div className="filters">
        <TextInput
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          leftSection={<IconSearch size={16} />}
          value={filter}
          onChange={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <Select
          aria-label={words.level}
          data={[
            { value: "all", label: words.all },
            { value: "problems", label: words.problems },
          ]}
          value={level}
          onChange={(value) => setLevel(value ?? "all")}
          allowDeselect={false}
        />
        <Checkbox
          label={words.follow}
          checked={follow}
          onChange={({ currentTarget }) => setFollow(currentTarget.checked)}
        />
        <span className="page-head-space" />
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={16} />}
          href={`/v1/plugins/${id}/logs?tail=10000`}
          download={`${name}.log.ndjson`}
        >
          {words.download}
        </Button>
      </div>
      {lost && <p className="soft">{words.lost}</p>}
      <Shown lines={shown} loaded={loaded} follow={follow} />
    </>
  );
}

function Shown({ lines, loaded, follow }: { lines: LogLine[]; loaded: boolean; follow: boolean }) {
  if (!loaded) return <LoadingRows rows={12} height={20} />;
  if (lines.length === 0) return <Empty title={words.empty} />;
  return <LogLines lines={lines} follow={follow} />;
}
