import { addMetricsRoute, createMetrics, type HttpServer, measureRequests } from "@noxus/service";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { addRunMetrics } from "./run-metrics.ts";

/** `/metrics`: every request by route, and the line of runs. Call before the routes are registered: only later ones are measured. */
export function addPlatformMetrics(
  server: HttpServer,
  { database }: Pick<PlatformDependencies, "database">,
): void {
  const metrics = createMetrics();
  measureRequests(server, metrics);
  addRunMetrics(metrics, database);
  addMetricsRoute(server, metrics);
}
