import { NoxusError } from "@noxus/contracts";
import { type HttpServer, keyMatcher } from "@noxus/service";

/** What a load balancer asks; tells nothing that a stranger may not know. */
const openPaths = new Set(["/health", "/ready"]);

/** Asks every request for the key, the open paths apart. */
export function requireApiKey(server: HttpServer, apiKey: string): void {
  const isOurs = keyMatcher(apiKey);
  server.addHook("onRequest", async (request) => {
    const { routeOptions, headers } = request;
    if (openPaths.has(routeOptions.url ?? "")) return;
    const given = headers["x-api-key"];
    if (typeof given === "string" && isOurs(given)) return;
    throw new NoxusError(
      "unauthorized",
      given === undefined
        ? "Send this plugin server's key as the header X-API-Key."
        : "The X-API-Key header is not this plugin server's key.",
    );
  });
}
