import { Button, Group, Input, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { fieldErrors } from "../forms/field-errors.ts";
import { TypedNumber } from "../forms/typed-number.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/triggers.ts";
import type { DraftProps } from "./trigger-dialog.tsx";

const words = texts.dialog;
const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
/** A person who types on is not interrupted. */
const quietMs = 300;

/** When a schedule is due: a cron expression in a time zone, and what that comes to. */
export function ScheduleFields({ definition, onChange, errors }: DraftProps) {
  const cron = String(definition.cron ?? "");
  const timezone = String(definition.timezone ?? "UTC");
  const { times, problems } = useNextTimes(cron, timezone);
  const missed = (definition.missed ?? "once") as keyof typeof words.missedWords;
  return (
    <>
      <Input.Wrapper label={words.usual}>
        <Group gap={4} mt={4}>
          {words.presets.map(([value = "", label]) => (
            <Button
              key={value}
              size="compact-sm"
              variant={value === cron ? "light" : "default"}
              aria-pressed={value === cron}
              onClick={() => onChange({ cron: value })}
            >
              {label}
            </Button>
          ))}
        </Group>
      </Input.Wrapper>
      <TextInput
        label={words.cron}
        description={words.cronHint}
        classNames={{ input: "mono" }}
        value={cron}
        error={problems.cron ?? errors.cron}
        onChange={({ currentTarget }) => onChange({ cron: currentTarget.value })}
      />
      <Select
        label={words.timezone}
        searchable
        allowDeselect={false}
        data={zones.includes(timezone) ? zones : [timezone, ...zones]}
        value={timezone}
        error={problems.timezone ?? errors.timezone}
        onChange={(zone) => onChange({ timezone: zone ?? "UTC" })}
      />
      <NextTimes times={times} timezone={timezone} />
      <Group grow align="start">
        <Select
          label={words.missed}
          allowDeselect={false}
          value={missed}
          data={Object.entries(words.missedWords).map(([value, label]) => ({ value, label }))}
          onChange={(value) => onChange({ missed: value ?? "once" })}
        />
        {missed === "all" && (
          <TypedNumber
            label={words.maxMissed}
            min={1}
            max={100}
            value={typeof definition.max_missed === "number" ? definition.max_missed : 10}
            error={errors.max_missed}
            onChange={(max_missed) => onChange({ max_missed })}
          />
        )}
      </Group>
    </>
  );
}

/** As the platform reckons them; the last ones stand while it is asked. */
function useNextTimes(cron: string, timezone: string) {
  const [asked] = useDebouncedValue(JSON.stringify({ cron, timezone }), quietMs);
  const { data, error } = useQuery({
    queryKey: ["next-times", asked],
    queryFn: ({ signal }) =>
      request<{ times: string[] }>("/v1/triggers/next-times", { query: JSON.parse(asked), signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const { fields, rest } = fieldErrors(error, ["cron", "timezone"], "definition");
  const problems = rest[0] === undefined ? fields : { cron: rest[0], ...fields };
  return { times: data?.times ?? [], problems };
}

function NextTimes({ times, timezone }: { times: string[]; timezone: string }) {
  const format = formatIn(timezone);
  return (
    <section aria-label={words.next} aria-live="polite" className="next-times">
      <strong>{words.next}</strong>
      <ol>
        {times.map((time) => (
          <li key={time}>
            {format(new Date(time))} <span className="soft">{<TimeAgo at={time} />}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** In the schedule's own zone; of one that is none, in UTC. */
function formatIn(timeZone: string): (time: Date) => string {
  const options = {
    weekday: "short",
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  } as const;
  const known = zones.includes(timeZone) ? timeZone : "UTC";
  const { format } = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: known, timeZoneName: "short" });
  return format;
}
