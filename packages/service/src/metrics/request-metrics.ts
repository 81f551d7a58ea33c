import { Histogram } from "prom-client";
import type { HttpServer } from "../http/server.ts";
import type { Metrics } from "./metrics.ts";

/** Seconds: answers from a database take some ms; a wait for a run's end may take minutes. */
const bucketsS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/**
 * Measures every answered request by method, route and status. The route is its pattern (`/v1/plugins/:id`), never the
 * address, and what no route takes counts as one: so strangers cannot make series.
 */
export function measureRequests(server: HttpServer, metrics: Metrics): void {
  const durations = new Histogram({
    name: "noxus_http_request_duration_seconds",
    help: "Time from a request's arrival to the end of its answer, in seconds.",
    labelNames: ["method", "route", "status"] as const,
    buckets: bucketsS,
    registers: [metrics],
  });
  server.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const method = route === "none" ? "any" : request.method;
    durations.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
