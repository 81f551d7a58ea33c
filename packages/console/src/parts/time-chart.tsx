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
  /** Whether values between whole numbers mean nothing. */
  whole?: boolean;
  /** The chart in words: what somebody who does not see it should know. */
  summary: string;
}

const height = 132;

/** Lines over time. The page says the same in words; a chart cannot be read out. */
export default function TimeChart({ times, lines, format, whole = false, summary }: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, which changes with the scheme
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const data = [times.map((time) => time / 1_000), ...lines.map(({ values }) => values)];
    const chart = new UPlot(optionsOf(element, lines, { format, whole }), data as UPlot.AlignedData, element);
    const sized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    sized.observe(element);
    return () => {
      sized.disconnect();
      chart.destroy();
    };
  }, [times, lines, format, whole, scheme]);
  return <div ref={frame} className="time-chart" role="img" aria-label={summary} />;
}

function optionsOf(
  element: HTMLElement,
  lines: readonly ChartLine[],
  { format, whole }: Required<Pick<TimeChartProps, "format" | "whole">>,
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
        points: { size: 4 },
      })),
    ],
    axes: [
      { ...axis, size: 28, space: 72, values: (_chart, seconds) => clocks(seconds) },
      {
        ...axis,
        size: 64,
        values: (_chart, values) => distinct(values.map(format)),
        ...(whole && { incrs: wholeSteps }),
      },
    ],
  };
}

/** Where two marks would say the same, the upper one says nothing. */
function distinct(marks: readonly string[]): string[] {
  return marks.map((mark, index) => (mark === marks[index - 1] ? "" : mark));
}

/** What marks of an axis may be apart; in rising order, as the chart looks for the first that fits. */
const wholeSteps = Array.from({ length: 8 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/** Times of day, with seconds where marks are less than a minute apart. */
function clocks(seconds: readonly number[]): string[] {
  const [first = 0, second = Number.POSITIVE_INFINITY] = seconds;
  const minute: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const form = second - first < 60 ? { ...minute, second: "2-digit" as const } : minute;
  return seconds.map((at) => new Date(at * 1_000).toLocaleTimeString("en-GB", form));
}
