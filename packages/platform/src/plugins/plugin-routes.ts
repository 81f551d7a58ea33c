import {
  NoxusError,
  pageSchema,
  pluginInstallSchema,
  pluginPlanSchema,
  pluginRollbackSchema,
  pluginSchema,
  pluginSettingsSchema,
  pluginTakeUpdateSchema,
  pluginUpdateSchema,
} from "@noxus/contracts";
import { plugins } from "@noxus/database";
import { count, isNull } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { requireAdmin } from "../access/access.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { checkConfigChange } from "./check-config.ts";
import { checkSource, withMarketplace } from "./check-source.ts";
import { dryRunQuerySchema, planAll, planChange } from "./dry-run.ts";
import type { PluginRow } from "./plugin-row.ts";
import {
  beginUninstall,
  changePlugin,
  findPlugin,
  installPlugin,
  type PluginChange,
} from "./plugin-store.ts";
import { type ViewOptions, viewPlugin, viewPlugins } from "./plugin-view.ts";
import { removeUninstalled } from "./remove-uninstalled.ts";
import { newestSource, sourceBefore } from "./roll-back.ts";

const tags = ["plugins"];
export const pluginParams = z.object({ id: z.string().describe("The plugin's id, or its name.") });

/** What a change answers: the plugin, or with `dry_run` what it would bring. */
const changedSchema = z.union([pluginSchema, pluginPlanSchema]);

/** Runs before a body is even read. */
export const adminOnly = async (request: FastifyRequest) => requireAdmin(request.access);

/** Plugin records: what is wanted, with the state that plugin servers report. Changes are for administrators. */
export function registerPluginRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addInstall(server, deps);
  addReading(server, deps);
  addChange(server, deps);
  addAskAgain(server, deps);
  addOtherRelease(server, deps);
  addUninstall(server, deps);
  addPlan(server, deps);
}

function addInstall(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Install a plugin",
        description:
          'Writes down that the plugin is wanted; plugin servers fetch and start it. Follow it by `GET /v1/plugins/{id}/events`. Example: `{"source": {"type": "git", "repo_url": "https://git.example/team/tools.git", "path": "plugins/text-tools"}}`',
        body: pluginInstallSchema,
        response: { 201: pluginSchema },
      },
    },
    async (request, reply) => {
      const source = withMarketplace(request.body.source, deps);
      await checkSource(source, request, deps);
      const row = await installPlugin(deps.database, deps.keyring, { ...request.body, source });
      return reply.code(201).send(await viewPlugin(row, viewOptions(deps)));
    },
  );
}

function addReading(server: HttpServer, deps: PlatformDependencies): void {
  const { db } = deps.database;
  server.get(
    "/v1/plugins",
    {
      schema: {
        tags,
        summary: "Installed plugins, oldest first",
        querystring: pageQuerySchema,
        response: { 200: pageSchema(pluginSchema) },
      },
    },
    async ({ query }) => {
      const installed = isNull(plugins.deletedAt);
      const { limit, offset } = pageOf(query);
      const rows = await db
        .select()
        .from(plugins)
        .where(installed)
        .orderBy(plugins.createdAt, plugins.id)
        .limit(limit)
        .offset(offset);
      const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(plugins).where(installed);
      return toPage(await viewPlugins(rows, viewOptions(deps)), total, query);
    },
  );
  server.get(
    "/v1/plugins/:id",
    { schema: { tags, summary: "One plugin", params: pluginParams, response: { 200: pluginSchema } } },
    async ({ params }) => viewPlugin(await findPlugin(db, params.id), viewOptions(deps)),
  );
}

function addChange(server: HttpServer, deps: PlatformDependencies): void {
  server.patch(
    "/v1/plugins/:id",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Change what is wanted of a plugin",
        description:
          "What is absent stays. A config value of null removes the key; the marker that stands for a secret keeps the secret. Settings are merged. 422 plugin_config_invalid names each wrong field.",
        params: pluginParams,
        querystring: dryRunQuerySchema,
        body: pluginUpdateSchema,
        response: { 200: changedSchema },
      },
    },
    async (request) => {
      const row = await findInstalled(deps, request.params.id);
      const { source, config, enabled } = request.body;
      if (source) await checkSource(source, request, deps);
      const settings = checkSettings(row, request.body.settings);
      if (config) await checkConfigChange(row, config, deps);
      const wanted = { id: row.id, type: "changed", change: { source, config, settings, enabled } };
      return change(deps, wanted, request.query);
    },
  );
}

function addAskAgain(server: HttpServer, deps: PlatformDependencies): void {
  const schema = {
    tags,
    params: pluginParams,
    querystring: dryRunQuerySchema,
    response: { 200: changedSchema },
  };
  server.post(
    "/v1/plugins/:id/reload",
    {
      onRequest: adminOnly,
      schema: {
        ...schema,
        summary: "Start a plugin anew",
        description:
          "Beside the old process, switched when healthy. A source that may have moved (a branch, a newest version, a local folder) is fetched again.",
      },
    },
    async ({ params, query }) => {
      const { id } = await findInstalled(deps, params.id);
      return change(deps, { id, type: "reload", change: { reload: true } }, query);
    },
  );
  server.post(
    "/v1/plugins/:id/retry",
    {
      onRequest: adminOnly,
      schema: { ...schema, summary: "Try a failed plugin again now", description: "Forgets the back-off." },
    },
    async ({ params, query }) => {
      const { id } = await findInstalled(deps, params.id);
      return change(deps, { id, type: "retry", change: {} }, query);
    },
  );
}

function addOtherRelease(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins/:id/rollback",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Go back to the release before",
        description:
          "Or to a named one of the report's `releases`: from the plugin server's disk, without a download, beside the running one like an update. Gives up an update that is not ready yet. The source is pinned to that release and its commit, so that nothing but `update` or a new source leaves it. 409 plugin_release_missing where there is none.",
        params: pluginParams,
        querystring: dryRunQuerySchema,
        body: pluginRollbackSchema.nullish(),
        response: { 200: changedSchema },
      },
    },
    async ({ params, body, query }) => {
      const row = await findInstalled(deps, params.id);
      const source = await sourceBefore(row, deps, body?.release);
      return change(deps, { id: row.id, type: "rollback", change: { source } }, query);
    },
  );
  server.post(
    "/v1/plugins/:id/update",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Take the source's newest, or the named one",
        description:
          "Leaves the commit, version or release that the source is pinned to, fetches, and starts what is new beside the old. An uploaded package has nothing newer: change its source (PATCH).",
        params: pluginParams,
        querystring: dryRunQuerySchema,
        body: pluginTakeUpdateSchema.nullish(),
        response: { 200: changedSchema },
      },
    },
    async ({ params, body, query }) => {
      const row = await findInstalled(deps, params.id);
      const wanted = { source: newestSource(row, deps, body ?? {}), reload: true };
      return change(deps, { id: row.id, type: "update", change: wanted }, query);
    },
  );
}

function addPlan(server: HttpServer, deps: PlatformDependencies): void {
  server.get(
    "/v1/plugin-servers/plan",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "What plugin servers would do next",
        description:
          "For every plugin on every server that is alive, and why. Changes answer the same with `dry_run`.",
        response: { 200: pluginPlanSchema },
      },
    },
    async () => planAll(deps),
  );
}

function addUninstall(server: HttpServer, deps: PlatformDependencies): void {
  server.delete(
    "/v1/plugins/:id",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Uninstall a plugin",
        description:
          "Its name is free at once; the record goes when every plugin server that is alive has removed it.",
        params: pluginParams,
        querystring: dryRunQuerySchema,
        response: { 200: pluginPlanSchema, 202: pluginSchema },
      },
    },
    async ({ params, query }, reply) => {
      const row = await findPlugin(deps.database.db, params.id);
      if (query.dry_run && !row.deletedAt)
        return reply.code(200).send(await planChange(deps, (database) => beginUninstall(database, row.id)));
      const leaving = row.deletedAt ? row : await beginUninstall(deps.database, row.id);
      const plugin = await viewPlugin(leaving, viewOptions(deps));
      await removeUninstalled(deps.database, deps.environment.NOXUS_SERVER_STALE_MS);
      return reply.code(202).send(plugin);
    },
  );
}

export function viewOptions(deps: PlatformDependencies): ViewOptions {
  const { database, keyring, environment, registry } = deps;
  return { db: database.db, keyring, registry, staleMs: environment.NOXUS_SERVER_STALE_MS };
}

async function change(
  deps: PlatformDependencies,
  wanted: { id: string; type: string; change: PluginChange },
  { dry_run }: { dry_run: boolean },
) {
  const { database, keyring } = deps;
  if (dry_run) return planChange(deps, (one) => changePlugin(one, keyring, wanted));
  return viewPlugin(await changePlugin(database, keyring, wanted), viewOptions(deps));
}

async function findInstalled({ database }: PlatformDependencies, idOrName: string): Promise<PluginRow> {
  const row = await findPlugin(database.db, idOrName);
  if (!row.deletedAt) return row;
  throw new NoxusError("conflict", `The plugin "${row.name}" is being uninstalled. Install it anew instead.`);
}

function checkSettings(row: PluginRow, changes: Record<string, unknown> | undefined) {
  if (!changes) return undefined;
  const known = Object.keys(pluginSettingsSchema.shape);
  const unknown = Object.keys(changes).filter((name) => !known.includes(name));
  const parsed = pluginSettingsSchema.safeParse({ ...row.settings, ...changes });
  const fields = [
    ...unknown.map((name) => ({
      path: `settings.${name}`,
      message: `is no setting. There are: ${known.join(", ")}`,
    })),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({
      path: `settings.${path.join(".")}`,
      message,
    })),
  ];
  if (parsed.success && fields.length === 0) return parsed.data;
  const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new NoxusError("invalid_request", `These settings are not possible: ${list}`, { fields });
}
