import {
  marketplacePluginDetailSchema,
  marketplacePluginsSchema,
  marketplacesSchema,
  NoxusError,
  pluginPreviewInputSchema,
  sourcePreviewSchema,
} from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { SourceReader } from "../previews/source-reader.ts";

const tags = ["sources"];
const place = z.object({
  repo_url: z
    .string()
    .min(1)
    .optional()
    .describe("The marketplace's Git repository; the default one where absent."),
  branch: z.string().min(1).optional(),
});

/** What could be installed: marketplaces with their plugins, and any source before it is installed. */
export function addSourceRoutes(server: HttpServer, sources: SourceReader): void {
  server.get(
    "/marketplaces",
    {
      schema: {
        tags,
        summary: "The marketplaces of this server's policy",
        response: { 200: marketplacesSchema },
      },
    },
    () => sources.marketplaces(),
  );
  // Not by GET: an address may hold a password, and those of requests are logged.
  server.post(
    "/marketplaces/plugins",
    {
      schema: {
        tags,
        summary: "The plugins of a marketplace",
        body: place,
        response: { 200: marketplacePluginsSchema },
      },
    },
    ({ body }, reply) => sources.plugins(body, until(reply)),
  );
  server.post(
    "/marketplaces/plugins/:name",
    {
      schema: {
        tags,
        summary: "One plugin of a marketplace, with its versions",
        params: z.object({ name: z.string() }),
        body: place,
        response: { 200: marketplacePluginDetailSchema },
      },
    },
    ({ body, params }, reply) => sources.plugin({ ...body, ...params }, until(reply)),
  );
  server.post(
    "/sources/preview",
    {
      schema: {
        tags,
        summary: "What a source holds, before it is installed",
        description:
          "Fetches it, reads its files and removes them again; none of its code runs. `problem` says what would end an installation.",
        body: pluginPreviewInputSchema,
        response: { 200: sourcePreviewSchema },
      },
    },
    ({ body }, reply) => sources.preview(body.source, until(reply)),
  );
}

/** Ends when the caller is gone: nobody waits for the answer any more. */
function until(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort(new NoxusError("call_cancelled", "The caller went away.")));
  return gone.signal;
}
