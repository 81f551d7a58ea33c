import type { FastifyRequest } from "fastify";
import { keyMatcher } from "../http/compare-keys.ts";
import type { HttpServer } from "../http/server.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricsAccess {
  /** A key that opens the metrics and nothing else. */
  key: string | undefined;
  /** Whether no key is needed. */
  open: boolean;
}

/** Gives what a program's check of keys asks first: whether this request may read the metrics without another right. */
export function metricsGuard({ key, open }: MetricsAccess): (request: FastifyRequest) => boolean {
  const isOurs = key === undefined ? () => false : keyMatcher(key);
  return (request) => {
    if (request.routeOptions.url !== "/metrics") return false;
    return open || isOurs(keyOf(request) ?? "");
  };
}

/** The key of a request: `X-API-Key`, or `Authorization: Bearer`, which is what collectors can send. */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string" && key !== "") return key;
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

/** `GET /metrics` in the text form of Prometheus. Who may read it is for the program's check of keys to say. */
export function addMetricsRoute(server: HttpServer, metrics: Metrics): void {
  server.get(
    "/metrics",
    {
      schema: {
        tags: ["server"],
        summary: "Metrics for Prometheus",
        description: "In the text form of Prometheus; docs/metrics.md says what each one means.",
      },
    },
    async (_request, reply) => {
      const text = await metrics.metrics();
      return reply
        .type(metrics.contentType)
        .serializer((body: unknown) => body as string)
        .send(text);
    },
  );
}
