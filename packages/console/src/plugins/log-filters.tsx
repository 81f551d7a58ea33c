import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";
import { levelOf } from "./log-level.ts";
import type { LogLine } from "./log-stream.ts";

const words = texts.logs;

/** What of a log a person wants to see, and whether the view stays at its end. */
export interface Wanted {
  text: string;
  level: "all" | "problems";
  follow: boolean;
}

/** Whether a line has the text, in any case, and is loud enough. */
export function isWanted(line: LogLine, { text, level }: Wanted): boolean {
  return (
    line.text.toLowerCase().includes(text.toLowerCase()) && (level === "all" || levelOf(line) !== undefined)
  );
}

/** The controls above a plugin's log. */
export function LogFilters({
  id,
  name,
  wanted,
  onChange,
}: {
  id: string;
  name: string;
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
}) {
  return (
    <div className="filters">
      <TextInput
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        leftSection={<IconSearch size={16} />}
        value={wanted.text}
        onChange={({ currentTarget }) => onChange({ ...wanted, text: currentTarget.value })}
      />
      <Select
        aria-label={words.level}
        data={[
          { value: "all", label: words.all },
          { value: "problems", label: words.problems },
        ]}
        value={wanted.level}
        onChange={(value) => onChange({ ...wanted, level: value === "problems" ? value : "all" })}
        allowDeselect={false}
      />
      <Checkbox
        label={words.follow}
        checked={wanted.follow}
        onChange={({ currentTarget }) => onChange({ ...wanted, follow: currentTarget.checked })}
      />
      <span className="page-head-space" />
      <LogDownload id={id} name={name} />
    </div>
  );
}

function LogDownload({ id, name }: { id: string; name: string }) {
  return (
    <Button
      component="a"
      variant="default"
      leftSection={<IconDownload size={16} />}
      href={`/v1/plugins/${id}/logs?tail=10000`}
      download={`${name}.log.ndjson`}
    >
      {words.download}
    </Button>
  );
}
