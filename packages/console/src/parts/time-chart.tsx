import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

export interface ChartLine {
  label: string;
  /** A colour variable of base.css. */
  color: "--busy" | "--bad";
  values: (number | null)[];
}

export interface TimeChartProps {
  /** Milliseconds since the epoch. */
  times: number[];
  lines: ChartLine[];
  /** A value in words, for the axis. */
  format: (value: number) => string;
  /** The chart in words: what somebody who does not see it should know. */
  summary: string;
}

const height = 132;

/** Lines over time. The page says the same in words; a chart cannot be read out. */
export default function TimeChart({ times, lines, format, summary }: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, which changes with the scheme
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const data = [times.map((time) => time / 1_000), ...lines.map(({ values }) => values)];
    const chart = new UPlot(optionsOf(element, lines, format), data as UPlot.AlignedData, element);
    const sized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      chart.destroy();
    };
  }, [times, lines, format, scheme]);
  return <div ref={frame} className="time-chart" role="img" aria-label={summary} />;
}

function optionsOf(
  element: HTMLElement,
  lines: readonly ChartLine[],
  format: (value: number) => string,
): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--ink-soft"),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    // From nought: half as much should look like half as much.
    scales: { y: { range: (_chart, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        fill: `color-mix(in srgb, ${color(line.color)} 12%, transparent)`,
        width: 1.5,
        points: { show: false },
      })),
    ],
    axes: [
      { ...axis, size: 28, values: (_chart, seconds) => seconds.map((second) => clock(second * 1_000)) },
      { ...axis, size: 64, values: (_chart, values) => values.map(format) },
    ],
  };
}

function clock(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
