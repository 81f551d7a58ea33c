import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PluginServerHttpOptions } from "./http-server.ts";

const readySchema = z.object({
  ready: z.boolean(),
  /** `none`: this server works from a plugins file. */
  platform: z.enum(["linked", "unreachable", "none"]),
  /** Revision of the list that is worked on; -1 before the first one. */
  revision: z.number().int(),
});

/** Whether the server lives, and whether it takes calls. */
export function addServerRoutes(
  server: HttpServer,
  { desired, platformState }: Pick<PluginServerHttpOptions, "desired" | "platformState">,
): void {
  server.get(
    "/health",
    {
      schema: {
        tags: ["server"],
        summary: "Whether the process lives",
        description: "Answers as long as the server's loop turns. Needs no key.",
        response: { 200: z.object({ status: z.literal("healthy"), service: z.literal("plugin-server") }) },
      },
    },
    async () => ({ status: "healthy" as const, service: "plugin-server" as const }),
  );
  server.get(
    "/ready",
    {
      schema: {
        tags: ["server"],
        summary: "Whether the server takes calls",
        description:
          "Ready as soon as the data folder is read, whatever plugins and platform do: a broken plugin makes no server unready. Needs no key.",
        response: { 200: readySchema },
      },
    },
    async () => ({ ready: true, platform: platformState(), revision: desired.revision }),
  );
}
