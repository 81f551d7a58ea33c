import {
  credentialUpdateSchema,
  NoxusError,
  registerRequestSchema,
  registerResponseSchema,
  reportResponseSchema,
  type ServerReport,
  serverReportSchema,
} from "@noxus/contracts";
import { pluginStates } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { renewCredential } from "../credentials/credential-store.ts";
import { isUuid } from "../files/file-records.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { desiredRevision, readDesiredList } from "../plugins/desired-list.ts";
import { forgetStatesNotIn, removeUninstalled } from "../plugins/remove-uninstalled.ts";
import { isNewer, takeReport } from "../plugins/take-report.ts";
import { findServer, noteHeartbeat, registerServer, type ServerRow } from "./server-store.ts";
import { openWebhook } from "./webhook.ts";

const tags = ["plugin servers"];
const params = z.object({ id: z.string().describe("The server's id.") });

/** What plugin servers say to the platform, with its PLUGIN_SERVER_PLATFORM_KEY. */
export function registerLinkRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addRegister(server, deps);
  addReport(server, deps);
  addWebhook(server, deps);
  addCredentials(server, deps);
}

function addRegister(server: HttpServer, { database, keyring, logger }: PlatformDependencies): void {
  server.post(
    "/plugin-server/register",
    {
      schema: {
        tags,
        summary: "Take up a plugin server",
        description:
          "Answers the desired list, and the secret that the server's webhooks are signed with from now on.",
        body: registerRequestSchema,
        response: { 200: registerResponseSchema },
      },
    },
    async ({ body }) => {
      const webhookSecret = await registerServer(database.db, body, keyring);
      logger.info({ serverId: body.serverId, name: body.name, url: body.url }, "a plugin server registered");
      return { webhookSecret, desired: await readDesiredList(database, keyring) };
    },
  );
}

function addReport(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/plugin-server/:id/report",
    {
      schema: {
        tags,
        summary: "Say how all plugins of a server are",
        description:
          "The heartbeat. Answers the desired list where the server works on another one; 404 where it has to register.",
        params,
        body: serverReportSchema,
        response: { 200: reportResponseSchema },
      },
    },
    async ({ params: { id }, body }) => {
      const known = isUuid(id) && (await noteHeartbeat(deps.database.db, id, body));
      if (!known) throw unknownServer(id);
      await takeReports(deps, id, body);
      // A later one than ours comes of a platform that was restored from a backup: what it wants now is what counts.
      const isOther = body.revision !== (await desiredRevision(deps.database.db));
      return isOther ? { desired: await readDesiredList(deps.database, deps.keyring) } : {};
    },
  );
}

/** Most of a heartbeat is old news, which a single look tells. */
async function takeReports(
  { database, keyring, environment }: PlatformDependencies,
  serverId: string,
  { startedAt, plugins }: ServerReport,
): Promise<void> {
  const known = await database.db
    .select({
      pluginId: pluginStates.pluginId,
      serverStartedAt: pluginStates.serverStartedAt,
      sequence: pluginStates.sequence,
    })
    .from(pluginStates)
    .where(eq(pluginStates.serverId, serverId));
  const lastOf = new Map(known.map((state) => [state.pluginId, state]));
  for (const report of plugins) {
    const last = lastOf.get(report.id);
    const said = { serverId, startedAt, report };
    if (!last || isNewer(said, last)) await takeReport(database, keyring, said);
  }
  await forgetStatesNotIn(
    database.db,
    serverId,
    plugins.map(({ id }) => id),
  );
  await removeUninstalled(database, environment.NOXUS_SERVER_STALE_MS);
}

function addWebhook(server: HttpServer, deps: PlatformDependencies): void {
  const { database, keyring, environment } = deps;
  void server.register(async (scope) => {
    // The signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Params: { id: string }; Body: string }>(
      "/plugin-server/:id/webhook",
      {
        schema: {
          tags,
          summary: "Say that a plugin's state changed",
          description: "Signed as Standard Webhooks. Repeated ones and ones that were overtaken are dropped.",
          params,
        },
        validatorCompiler: () => (value) => ({ value }),
      },
      async (request, reply) => {
        const from = await requireServer(deps, request.params.id);
        const secret = keyring.open(from.webhookSecretEncrypted);
        const { data } = openWebhook(secret, { body: request.body, headers: headersOf(request) });
        const { startedAt, plugin } = data;
        if (data.serverId !== from.id)
          throw new NoxusError("invalid_request", "The webhook speaks for another server than its address.");
        await takeReport(database, keyring, { serverId: from.id, startedAt, report: plugin });
        if (plugin.status === "uninstalled")
          await removeUninstalled(database, environment.NOXUS_SERVER_STALE_MS);
        return reply.code(204).send();
      },
    );
  });
}

function headersOf({ headers }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

async function requireServer({ database }: PlatformDependencies, id: string): Promise<ServerRow> {
  const row = isUuid(id) ? await findServer(database.db, id) : undefined;
  if (!row) throw unknownServer(id);
  return row;
}

function unknownServer(id: string): NoxusError {
  return new NoxusError("not_found", `The plugin server ${id} is not known here. Register first.`);
}

function addCredentials(server: HttpServer, { database, keyring }: PlatformDependencies): void {
  server.post(
    "/plugin-server/credentials",
    { schema: { tags, summary: "Store credentials that a plugin renewed", body: credentialUpdateSchema } },
    async ({ body }, reply) => {
      await renewCredential(database.db, keyring, body);
      return reply.code(204).send();
    },
  );
}
