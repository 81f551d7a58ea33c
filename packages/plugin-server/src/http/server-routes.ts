import { holdSchema } from "@noxus/contracts";
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
  {
    desired,
    platformState,
    reconciler,
  }: Pick<PluginServerHttpOptions, "desired" | "platformState" | "reconciler">,
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
  addHoldRoutes(server, reconciler);
}

const holdAnswerSchema = z.object({ hold: holdSchema.nullable() });

function addHoldRoutes(server: HttpServer, reconciler: PluginServerHttpOptions["reconciler"]): void {
  const answer = () => ({ hold: reconciler.hold ?? null });
  const schema = { tags: ["server"], response: { 200: holdAnswerSchema } };
  server.get("/hold", { schema: { ...schema, summary: "Whether all plugins are held, and why" } }, async () =>
    answer(),
  );
  server.put(
    "/hold",
    {
      schema: {
        ...schema,
        summary: "Hold all plugins (safe mode)",
        description:
          "Running plugins are drained and stopped; nothing is installed or started, uninstalls go on; calls are refused with 503 plugins_held and the reason. Until DELETE, or this server's next start.",
        body: holdSchema.pick({ reason: true }),
      },
    },
    async ({ body }) => {
      reconciler.setHold({ reason: body.reason, since: new Date().toISOString() });
      return answer();
    },
  );
  server.delete(
    "/hold",
    {
      schema: {
        ...schema,
        summary: "Let all plugins go on",
        description:
          "They start from what is on disk. A hold by the platform stays, and the answer shows it.",
      },
    },
    async () => {
      reconciler.setHold(undefined);
      return answer();
    },
  );
}
