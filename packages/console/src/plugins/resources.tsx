import { Title } from "@mantine/core";
import type { PluginUsageOverTime, UsagePoint } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { pluginUsageQuery } from "../api/queries.ts";
import { byteSize, duration } from "../parts/format.ts";
import { LoadingRows } from "../parts/loading.tsx";
import { onDemand } from "../parts/on-demand.tsx";
import type { ChartLine } from "../parts/time-chart.tsx";
import { resourceTexts as words } from "../texts/resources.ts";

const chartHeight = 156;

const TimeChart = onDemand(() => import("../parts/time-chart.tsx"), <LoadingRows rows={1} height={132} />);

/** What a plugin has used over the last hour, on each plugin server that runs it. */
export function Resources({ id }: { id: string }) {
  const { data } = useQuery(pluginUsageQuery(id));
  const measured = (data?.servers ?? []).filter(({ points }) =>
    points.some(({ processes }) => processes > 0),
  );
  return (
    <section className="panel wide">
      <Title order={2}>
        {words.title} <span className="soft panel-hint">{words.hour}</span>
      </Title>
      {!data && <LoadingCharts />}
      {data && measured.length === 0 && <p className="soft no-charts">{words.none}</p>}
      {measured.map((series) => (
        <Charts key={series.server} series={series} isOneOf={measured.length} />
      ))}
    </section>
  );
}

/** As high as a chart with what it says, four times. */
function LoadingCharts() {
  return (
    <div className="charts">
      {[words.memory, words.cores, words.calls, words.time].map((title) => (
        <LoadingRows key={title} rows={1} height={chartHeight} />
      ))}
    </div>
  );
}

function Charts({
  series: { server, points, intervalMs },
  isOneOf,
}: {
  series: PluginUsageOverTime["servers"][number];
  isOneOf: number;
}) {
  const times = useMemo(() => points.map(({ at }) => Date.parse(at)), [points]);
  const perMinute = 60_000 / intervalMs;
  return (
    <>
      {isOneOf > 1 && <Title order={3}>{server}</Title>}
      <div className="charts">
        <Chart
          title={words.memory}
          format={byteSize}
          {...{ points, times }}
          of={({ rssBytes }) => rssBytes}
        />
        <Chart title={words.cores} format={toCores} {...{ points, times }} of={({ cores }) => cores} />
        <Chart
          title={words.calls}
          format={toCount}
          whole
          {...{ points, times }}
          of={({ calls }) => calls * perMinute}
          bad={{ label: words.errors, of: ({ errors }) => errors * perMinute }}
        />
        <Chart title={words.time} format={duration} {...{ points, times }} of={({ meanMs }) => meanMs} />
      </div>
    </>
  );
}

const toCores = (value: number) => value.toFixed(2);
const toCount = (value: number) => String(Math.round(value));

interface ChartProps {
  title: string;
  points: UsagePoint[];
  times: number[];
  format: (value: number) => string;
  whole?: boolean;
  of: (point: UsagePoint) => number | null;
  /** Of those that went wrong, as a line of its own. */
  bad?: { label: string; of: (point: UsagePoint) => number };
}

function Chart({ title, points, times, format, whole = false, of, bad }: ChartProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is taken of a point never changes
  const lines = useMemo((): ChartLine[] => {
    const line: ChartLine = { label: title, color: "--busy", values: points.map(of) };
    const wrong = points.map((point) => bad?.of(point) ?? 0);
    if (!bad || wrong.every((value) => value === 0)) return [line];
    return [line, { label: bad.label, color: "--bad", values: wrong }];
  }, [points]);
  const known = lines[0]?.values.filter((value) => value !== null) ?? [];
  const said = known.length === 0 ? "–" : format(known.at(-1) ?? 0);
  const most = known.length === 0 ? "–" : format(Math.max(...known));
  const failed = lines[1]?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? 0;
  return (
    <figure className="chart">
      <figcaption>
        <strong>{title}</strong>{" "}
        <span className="soft">
          {words.now(said)} · {words.most(most)}
          {failed > 0 &&
            bad &&
            ` · ${bad.label}: ${format(Math.max(...(lines[1]?.values ?? []).map(Number)))}`}
        </span>
      </figcaption>
      <TimeChart
        {...{ times, lines, format, whole }}
        summary={`${title}: ${words.now(said)}, ${words.most(most)}`}
      />
    </figure>
  );
}
