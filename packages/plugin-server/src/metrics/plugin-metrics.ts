import { type PluginReport, statusSchema } from "@noxus/contracts";
import { addScrapedMetric, type Metrics, type Sample, type ScrapedMetric } from "@noxus/service";
import type { Forwarder } from "../forward/route.ts";
import type { CallStatistics } from "./call-statistics.ts";
import { type PluginUsage, UsageLog } from "./usage-log.ts";

export interface PluginMetricsOptions {
  reports: () => PluginReport[];
  forwarder: Pick<Forwarder, "load">;
  calls: CallStatistics;
}

type Labels = Record<string, string>;

/** All that one scrape tells of one plugin. */
interface PluginSnapshot {
  report: PluginReport;
  labels: Labels;
  usage: PluginUsage | undefined;
  load: { inFlight: number; queued: number };
  calls: ReturnType<CallStatistics["of"]>;
}

interface PluginMetric extends Omit<ScrapedMetric, "samples"> {
  samples(plugin: PluginSnapshot): Sample[];
}

/**
 * Everything about plugins, read from the server's own state at each scrape. Series carry the plugin's id and its name
 * (the id again before the first fetch); those of a plugin that is gone go with it.
 */
export function addPluginMetrics(metrics: Metrics, options: PluginMetricsOptions): void {
  const snapshot = snapshots(options);
  for (const { samples, ...metric } of pluginMetrics)
    addScrapedMetric(metrics, { ...metric, samples: () => snapshot().flatMap(samples) });
}

/** One look for all metrics of a scrape: they are asked for in the same turn of the loop. */
function snapshots({ reports, forwarder, calls }: PluginMetricsOptions): () => PluginSnapshot[] {
  const usageLog = new UsageLog();
  let current: PluginSnapshot[] | undefined;
  const take = () => {
    const all = reports();
    const usage = usageLog.look(pidsOf(all));
    return all.map((report) => ({
      report,
      labels: { plugin: report.name ?? report.id, plugin_id: report.id },
      usage: usage.get(report.id),
      load: forwarder.load(report.id),
      calls: calls.of(report.id),
    }));
  };
  return () => {
    if (current) return current;
    current = take();
    setImmediate(() => {
      current = undefined;
    });
    return current;
  };
}

function pidsOf(reports: readonly PluginReport[]): Map<string, number[]> {
  return new Map(
    reports.map(({ id, instances }) => [id, instances.map(({ pid }) => pid).filter((pid) => pid > 0)]),
  );
}

const pluginMetrics: readonly PluginMetric[] = [
  {
    name: "noxus_plugin_status",
    type: "gauge",
    help: "1 for the status that the plugin has, 0 for the six others.",
    samples: ({ report, labels }) =>
      statusSchema.options.map((status) => ({
        labels: { ...labels, status },
        value: report.status === status ? 1 : 0,
      })),
  },
  {
    name: "noxus_plugin_instances",
    type: "gauge",
    help: "Processes of the plugin that the server started and that have not ended.",
    samples: ({ report, labels }) => [{ labels, value: report.instances.length }],
  },
  {
    name: "noxus_plugin_restarts_total",
    type: "counter",
    help: "Restarts after a process that served ended unasked, since the server's start.",
    samples: ({ report, labels }) => [{ labels, value: report.restarts }],
  },
  {
    name: "noxus_plugin_calls_in_flight",
    type: "gauge",
    help: "Calls that hold one of the plugin's places now.",
    samples: ({ load, labels }) => [{ labels, value: load.inFlight }],
  },
  {
    name: "noxus_plugin_calls_queued",
    type: "gauge",
    help: "Calls that wait for one of the plugin's places now.",
    samples: ({ load, labels }) => [{ labels, value: load.queued }],
  },
  {
    name: "noxus_plugin_calls_total",
    type: "counter",
    help: "Calls that ended, by kind and outcome (ok, plugin_error, refused, failed, deadline, cancelled), since the server's start.",
    samples: ({ calls, labels }) =>
      [...calls].flatMap(([kind, { outcomes }]) =>
        Object.entries(outcomes).map(([outcome, value]) => ({ labels: { ...labels, kind, outcome }, value })),
      ),
  },
  {
    name: "noxus_plugin_call_duration_seconds",
    type: "histogram",
    help: "Seconds from a call's arrival to the head of the plugin's answer, a wait for a place included; of the calls that the plugin answered.",
    samples: ({ calls, labels }) =>
      [...calls].flatMap(([kind, { durations }]) =>
        durations.count > 0 ? durations.samples({ ...labels, kind }) : [],
      ),
  },
  {
    name: "noxus_plugin_memory_bytes",
    type: "gauge",
    help: "Resident memory of the plugin's processes and their children in bytes; shared pages are counted in each.",
    samples: ({ usage, labels }) => [{ labels, value: usage?.rssBytes ?? 0 }],
  },
  {
    name: "noxus_plugin_processes",
    type: "gauge",
    help: "The plugin's processes and their children, as the system lists them.",
    samples: ({ usage, labels }) => [{ labels, value: usage?.processes ?? 0 }],
  },
  {
    name: "noxus_plugin_cpu_seconds_total",
    type: "counter",
    help: "Processor time of the plugin's processes and their children in seconds, as seen from scrape to scrape.",
    samples: ({ usage, labels }) => [{ labels, value: usage?.cpuSeconds ?? 0 }],
  },
];
