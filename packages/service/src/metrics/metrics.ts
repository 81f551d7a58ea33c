import { collectDefaultMetrics, Registry } from "prom-client";

export { Counter, Gauge, Histogram } from "prom-client";

/** A program's metrics: what it adds itself, and those of its process (CPU, memory, descriptors, loop delay) under their usual names. */
export type Metrics = Registry;

export function createMetrics(): Metrics {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return metrics;
}
