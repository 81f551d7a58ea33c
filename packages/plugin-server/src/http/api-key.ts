import { NoxusError } from "@noxus/contracts";
import { type HttpServer, keyMatcher, keyOf, type MetricsAccess, metricsGuard } from "@noxus/service";

/** What a load balancer asks; tells nothing that a stranger may not know. */
const openPaths = new Set(["/health", "/ready"]);

/** Asks every request for the key, the open paths apart; metrics may have a key of their own, or need none. */
export function requireApiKey(server: HttpServer, apiKey: string, metrics: MetricsAccess): void {
  const isOurs = keyMatcher(apiKey);
  const mayReadMetrics = metricsGuard(metrics);
  server.addHook("onRequest", async (request) => {
    if (openPaths.has(request.routeOptions.url ?? "")) return;
    const given = keyOf(request);
    if (given !== undefined && isOurs(given)) return;
    if (mayReadMetrics(request)) return;
    throw new NoxusError(
      "unauthorized",
      given === undefined
        ? "Send this plugin server's key as the header X-API-Key."
        : "The X-API-Key header is not this plugin server's key.",
    );
  });
}
