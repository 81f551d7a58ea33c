import {
  type Marketplaces,
  marketplacePluginDetailSchema,
  marketplacePluginListSchema,
  marketplacePluginsSchema,
  marketplacePluginViewSchema,
  marketplacesSchema,
  type PluginPreview,
  pluginPreviewInputSchema,
  pluginPreviewSchema,
  pluginTakeUpdateSchema,
} from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import { callerSignal } from "../http/caller-signal.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { askAnyServer } from "./ask-any-server.ts";
import { checkSource, withMarketplace } from "./check-source.ts";
import { installedByName } from "./installed-by-name.ts";
import { lookInside } from "./look-inside.ts";
import { adminOnly, pluginParams } from "./plugin-routes.ts";
import { findPlugin } from "./plugin-store.ts";
import { newestSource } from "./roll-back.ts";

const place = z.object({
  repo_url: z
    .string()
    .min(1)
    .refine((url) => !/^[a-z][a-z0-9+.-]*:\/\/[^/@]*@/i.test(url), {
      message:
        "must hold no user or password: addresses are logged. A plugin server's file of marketplaces is the place for them",
    })
    .optional()
    .describe("The marketplace's Git repository; the default one where absent."),
  branch: z.string().min(1).optional(),
});
type Place = z.infer<typeof place>;

/** What could be installed. Plugin servers look, by their own policies; for administrators, since they fetch what is named. */
export function registerSourceRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addMarketplaces(server, deps);
  addMarketplacePlugins(server, deps);
  addPreview(server, deps);
  addUpdatePreview(server, deps);
}

function addMarketplaces(server: HttpServer, deps: PlatformDependencies): void {
  server.get(
    "/v1/marketplaces",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["marketplaces"],
        summary: "Marketplaces that are known",
        description:
          "With the keys that are trusted in each, as the operator of the plugin servers says. Another repository can be named where `others` are allowed.",
        response: { 200: marketplacesSchema },
      },
    },
    async (_request, reply) => {
      const asked = { method: "GET", path: "/marketplaces", signal: callerSignal(reply, deps) } as const;
      return withOwnDefault(await askAnyServer(deps, asked, marketplacesSchema), deps);
    },
  );
}

function addMarketplacePlugins(server: HttpServer, deps: PlatformDependencies): void {
  const tags = ["marketplaces"];
  server.get(
    "/v1/marketplaces/plugins",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "The plugins of a marketplace",
        description:
          "As they are at the branch's tip, with who signed each, and what the policy would refuse. Fetched anew with each call.",
        querystring: place,
        response: { 200: marketplacePluginListSchema },
      },
    },
    async ({ query }, reply) => {
      const asked = { method: "POST", path: "/marketplaces/plugins", body: placeOf(query, deps) } as const;
      const found = await askAnyServer(
        deps,
        { ...asked, signal: callerSignal(reply, deps) },
        marketplacePluginsSchema,
      );
      const named = await installedByName(deps.database.db);
      return { ...found, plugins: found.plugins.map((one) => ({ ...one, installed: named(one.name) })) };
    },
  );
  server.get(
    "/v1/marketplaces/plugins/:name",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "One plugin of a marketplace, with its versions and what changed",
        params: z.object({ name: z.string() }),
        querystring: place,
        response: { 200: marketplacePluginViewSchema },
      },
    },
    async ({ params, query }, reply) => {
      const path = `/marketplaces/plugins/${encodeURIComponent(params.name)}`;
      const asked = {
        method: "POST",
        path,
        body: placeOf(query, deps),
        signal: callerSignal(reply, deps),
      } as const;
      const found = await askAnyServer(deps, asked, marketplacePluginDetailSchema);
      return { ...found, installed: (await installedByName(deps.database.db))(found.name) };
    },
  );
}

function addPreview(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins/preview",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["plugins"],
        summary: "What a source holds, before it is installed",
        description:
          "A plugin server fetches it, reads its files and removes them again; none of its code runs. Name, nodes (from manifest.json), size, dependencies, who signed it, and in `problem` what would end an installation.",
        body: pluginPreviewInputSchema,
        response: { 200: pluginPreviewSchema },
      },
    },
    async (request, reply): Promise<PluginPreview> => {
      const source = withMarketplace(request.body.source, deps);
      await checkSource(source, request, deps);
      return lookInside(source, deps, callerSignal(reply, deps));
    },
  );
}

function addUpdatePreview(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins/:id/update/preview",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["plugins"],
        summary: "What an update would bring",
        description:
          "As `POST /v1/plugins/preview`, of what `POST /v1/plugins/{id}/update` with the same body would take; `changes` says what CHANGELOG.md tells of its versions. Nothing is installed.",
        params: pluginParams,
        body: pluginTakeUpdateSchema.nullish(),
        response: { 200: pluginPreviewSchema },
      },
    },
    async ({ params, body }, reply) => {
      const row = await findPlugin(deps.database.db, params.id);
      return lookInside(newestSource(row, deps, body ?? {}), deps, callerSignal(reply, deps));
    },
  );
}

/** As a source that names no more would be installed. */
function placeOf({ repo_url, branch }: Place, { environment }: PlatformDependencies): Place {
  return { repo_url: repo_url ?? environment.NOXUS_MARKETPLACE_URL, branch };
}

/** The platform's own default goes before that of the plugin server's policy. */
function withOwnDefault(known: Marketplaces, { environment }: PlatformDependencies): Marketplaces {
  const own = environment.NOXUS_MARKETPLACE_URL;
  if (own === undefined) return known;
  const repo_url = own.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
  const marketplaces = known.marketplaces.map((one) => ({ ...one, isDefault: one.repo_url === repo_url }));
  if (known.others === "refused" || marketplaces.some(({ isDefault }) => isDefault))
    return { ...known, marketplaces: marketplaces.sort((a, b) => Number(b.isDefault) - Number(a.isDefault)) };
  const added = { name: repo_url, repo_url, branch: "main", isDefault: true, keys: [] };
  return { ...known, marketplaces: [{ ...added, signatures: "optional" }, ...marketplaces] };
}
