import { Button, Checkbox, Select } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { SearchField } from "../parts/search-field.tsx";
import { texts } from "../texts/logs.ts";
import { type LogSearch, type LogTime, logTimes } from "./log-search.ts";

/** The controls above a plugin's log: what of it is shown, whether the view stays at its end, and all of it as a file. */
export function LogFilters({
  plugin,
  search,
  onSearch,
  follow,
  onFollow,
}: {
  plugin: { id: string; name: string };
  search: LogSearch;
  onSearch: (change: LogSearch) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
}) {
  const { q, level, since, run } = search;
  return (
    <div className="filters">
      <SearchField
        label={texts.filter}
        value={q ?? ""}
        onSearch={(words) => onSearch({ q: words || undefined })}
      />
      <Select
        aria-label={texts.level}
        placeholder={texts.anyLevel}
        data={[{ value: "problems", label: texts.problems }]}
        value={level ?? null}
        onChange={(value) => onSearch({ level: value === "problems" ? value : undefined })}
        clearable
      />
      <Select
        aria-label={texts.time}
        placeholder={texts.anyTime}
        data={Object.keys(logTimes).map((value) => ({ value, label: texts.times[value as LogTime] }))}
        value={since ?? null}
        onChange={(value) => onSearch({ since: (value ?? undefined) as LogTime | undefined })}
        clearable
      />
      <SearchField
        label={texts.run}
        value={run ?? ""}
        onSearch={(id) =>
          onSearch({ run: id.trim() || undefined, node: undefined, from: undefined, until: undefined })
        }
      />
      <Checkbox
        label={texts.follow}
        checked={follow}
        onChange={({ currentTarget }) => onFollow(currentTarget.checked)}
      />
      <span className="page-head-space" />
      <Button
        component="a"
        variant="default"
        leftSection={<IconDownload size={16} />}
        href={`/v1/plugins/${plugin.id}/logs?tail=10000`}
        download={`${plugin.name}.log.ndjson`}
      >
        {texts.download}
      </Button>
    </div>
  );
}
