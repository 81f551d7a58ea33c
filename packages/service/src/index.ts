/**
 * What every long-running program here shares, so that each has it once: logger, HTTP server with coded errors,
 * retry, orderly shutdown.
 *
 *     const server = await createHttpServer({ title: "Plugin server", version, logger });
 *     const { url } = await listen(server, { host: "127.0.0.1", port: 8500 });
 */
export * from "./base.ts";
export { listen } from "./http/listen.ts";
export { createHttpServer, type HttpServer, sendError, toNoxusError } from "./http/server.ts";
export { DurationHistogram, durationBucketsS } from "./metrics/duration-histogram.ts";
export { Counter, createMetrics, Gauge, Histogram, type Metrics } from "./metrics/metrics.ts";
export { addMetricsRoute, keyOf, type MetricsAccess, metricsGuard } from "./metrics/metrics-route.ts";
export { measureRequests } from "./metrics/request-metrics.ts";
export { addScrapedMetric, type Sample, type ScrapedMetric } from "./metrics/scraped-metric.ts";
