import type { Metric, MetricType } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** One line of the exposition; `suffix` for the parts of a histogram (`_bucket`, `_sum`, `_count`). */
export interface Sample {
  labels: Readonly<Record<string, string | number>>;
  value: number;
  suffix?: string;
}

export interface ScrapedMetric {
  name: string;
  /** One sentence, with the unit. */
  help: string;
  type: "counter" | "gauge" | "histogram";
  /** Gives all series that there are now: what is gone is simply not among them. */
  samples(): readonly Sample[] | Promise<readonly Sample[]>;
}

/**
 * Adds a metric that is read from the program's own state when somebody scrapes: nothing is counted twice, and the
 * series of a thing go with the thing.
 */
export function addScrapedMetric(metrics: Metrics, { name, help, type, samples }: ScrapedMetric): void {
  const metric = {
    name,
    help,
    type,
    aggregator: "sum",
    get: async () => ({
      name,
      help,
      type: type as unknown as MetricType,
      aggregator: "sum",
      values: (await samples()).map(({ labels, value, suffix }) => ({
        labels,
        value,
        ...(suffix && { metricName: name + suffix }),
      })),
    }),
    reset: () => {},
  };
  // The registry asks a metric for no more than this; its type names the library's own classes.
  metrics.registerMetric(metric as unknown as Metric);
}
