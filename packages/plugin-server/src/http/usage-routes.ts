import { newestUsageSchema, usageSeriesSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PluginServerHttpOptions } from "./http-server.ts";

/** What plugins use, over time and now. */
export function addUsageRoutes(
  server: HttpServer,
  { usage, reconciler }: Pick<PluginServerHttpOptions, "usage" | "reconciler">,
): void {
  server.get(
    "/usage",
    {
      schema: {
        tags: ["plugins"],
        summary: "What every plugin uses now",
        response: { 200: newestUsageSchema },
      },
    },
    async () => ({ plugins: usage.newest() }),
  );
  server.get(
    "/plugins/:id/usage",
    {
      schema: {
        tags: ["plugins"],
        summary: "What a plugin has used over the last hour",
        description:
          "Memory, processor time and calls, oldest first. In memory: it begins anew with the server.",
        params: z.object({ id: z.string() }),
        response: { 200: usageSeriesSchema },
      },
    },
    async ({ params }) => ({
      intervalMs: usage.intervalMs,
      points: [...usage.of(reconciler.find(params.id).id)],
    }),
  );
}
