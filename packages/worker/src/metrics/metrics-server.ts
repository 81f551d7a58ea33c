import { NoxusError } from "@noxus/contracts";
import {
  addMetricsRoute,
  createHttpServer,
  type HttpServer,
  type Logger,
  listen,
  type Metrics,
  type MetricsAccess,
  metricsGuard,
} from "@noxus/service";
import { z } from "zod";

export interface MetricsServerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  metrics: Metrics;
  access: MetricsAccess;
  version: string;
  logger: Logger;
}

/**
 * A worker's only door: `/health` and `/metrics`. It takes no calls.
 *
 * @throws NoxusError `port_in_use`
 */
export async function startMetricsServer({
  host,
  port,
  metrics,
  access,
  version,
  logger,
}: MetricsServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createHttpServer({ title: "Noxus worker", version, logger });
  askForKey(server, access);
  addMetricsRoute(server, metrics);
  server.get(
    "/health",
    {
      schema: {
        tags: ["server"],
        summary: "Whether the process lives",
        response: { 200: z.object({ status: z.literal("healthy"), service: z.literal("worker") }) },
      },
    },
    async () => ({ status: "healthy" as const, service: "worker" as const }),
  );
  const { url } = await listen(server, { host, port });
  return { url, close: () => server.close() };
}

function askForKey(server: HttpServer, access: MetricsAccess): void {
  const mayRead = metricsGuard(access);
  server.addHook("onRequest", async (request) => {
    if (request.routeOptions.url === "/health" || mayRead(request)) return;
    throw new NoxusError(
      "unauthorized",
      access.key === undefined
        ? "This worker has no key for its metrics. Set NOXUS_METRICS_KEY, or NOXUS_METRICS_OPEN=true."
        : "Send the worker's NOXUS_METRICS_KEY as the header X-API-Key (or Authorization: Bearer).",
    );
  });
}
