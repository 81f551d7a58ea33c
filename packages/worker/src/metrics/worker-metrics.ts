import { addScrapedMetric, Counter, createMetrics, Histogram, type Metrics } from "@noxus/service";
import type { RunEnd } from "../journal/run-journal.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";

/** What a worker counts of its own work. */
export interface WorkerMetrics {
  readonly metrics: Metrics;
  /** The same executor, measured. */
  measured(execute: NodeExecutor): NodeExecutor;
  /** A run has ended here. */
  ended(end: RunEnd): void;
  /** Told once there is something to ask. */
  countRuns(running: () => number): void;
}

/** Seconds: built-in nodes take microseconds, plugins may take minutes. */
const bucketsS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

export function createWorkerMetrics(): WorkerMetrics {
  const metrics = createMetrics();
  const registers = [metrics];
  const nodes = new Histogram({
    name: "noxus_worker_node_duration_seconds",
    help: "Seconds of one attempt at one node, by its plugin (built-in where it has none) and by how it went (ok, failed).",
    labelNames: ["plugin", "outcome"] as const,
    buckets: bucketsS,
    registers,
  });
  const runs = new Counter({
    name: "noxus_worker_runs_ended_total",
    help: "Runs that this worker brought to their end, by status.",
    labelNames: ["status"] as const,
    registers,
  });
  return {
    metrics,
    measured: (execute) => async (call) => {
      const plugin = call.node.registered.plugin?.name ?? "built-in";
      const startedAt = performance.now();
      const count = (outcome: "ok" | "failed") =>
        nodes.observe({ plugin, outcome }, (performance.now() - startedAt) / 1000);
      try {
        const outputs = await execute(call);
        count("ok");
        return outputs;
      } catch (error) {
        count("failed");
        throw error;
      }
    },
    ended: ({ status }) => runs.inc({ status }),
    countRuns: (running) =>
      addScrapedMetric(metrics, {
        name: "noxus_worker_runs_running",
        type: "gauge",
        help: "Runs that this worker executes now.",
        samples: () => [{ labels: {}, value: running() }],
      }),
  };
}
