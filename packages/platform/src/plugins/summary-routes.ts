import { type PluginSummary, pluginStateSchema, pluginSummariesSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { summarisePlugins } from "./summarise-plugins.ts";

const querySchema = pageQuerySchema.extend({
  q: z.string().optional().describe("A part of the name, the display name or the description, in any case."),
  state: z
    .preprocess(
      (state) => (typeof state === "string" ? [state] : state),
      z.array(pluginStateSchema).optional(),
    )
    .describe("Only plugins in one of these states; may be repeated."),
});

/** Plugins as lists show them. */
export function registerPluginSummaryRoute(
  server: HttpServer,
  { database, environment }: PlatformDependencies,
): void {
  server.get(
    "/v1/plugin-summaries",
    {
      schema: {
        tags: ["plugins"],
        summary: "Installed plugins as a list shows them, oldest first",
        description: "Without manifests and reports, and with how many plugins are in each state.",
        querystring: querySchema,
        response: { 200: pluginSummariesSchema },
      },
    },
    async ({ query }) => {
      const { q, state } = query;
      const found = await summarisePlugins(database.db, { q, staleMs: environment.NOXUS_SERVER_STALE_MS });
      const wanted = state ? found.filter((plugin) => state.includes(plugin.state)) : found;
      const { limit, offset } = pageOf(query);
      const items = wanted.slice(offset, offset + limit);
      return { ...toPage(items, wanted.length, query), states: countStates(found) };
    },
  );
}

function countStates(found: readonly PluginSummary[]) {
  const byState = Map.groupBy(found, ({ state }) => state);
  return Object.fromEntries([...byState].map(([state, all]) => [state, all.length]));
}
