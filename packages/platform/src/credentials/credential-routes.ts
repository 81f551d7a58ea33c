import { text } from "node:stream/consumers";
import { pageSchema } from "@noxus/contracts";
import { credentials } from "@noxus/database";
import { count, eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { credentialSchema, toCredential } from "./credential-record.ts";
import { changeCredential, createCredential, findCredential, openCredential } from "./credential-store.ts";
import { integrationPlugin } from "./integration-plugin.ts";
import { registerIntegrationRoute } from "./integration-routes.ts";
import { registerSignInRoutes } from "./sign-in-routes.ts";

const tags = ["credentials"];
const params = z.object({ id: z.string().describe("The credentials' id.") });
const payload = z.record(z.string(), z.unknown()).describe("What the integration asks for; never sent back.");
const newCredential = z.object({
  integration: z.string().min(1).describe("The integration's type, as nodes name it."),
  name: z
    .string()
    .min(1)
    .max(200)
    .default("default")
    .describe("Calls take the one named `default`, else the oldest."),
  payload,
});
const changedCredential = z.object({
  name: z.string().min(1).max(200).optional(),
  payload: payload.optional(),
});

/** The plugin's own limit is 15 s of network; a person waits for this. */
const testTimeoutMs = 20_000;

/** Credentials of the workspace: sealed when they come, opened only into a call, never sent back. */
export function registerCredentialRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addList(server, deps);
  addChanges(server, deps);
  addTest(server, deps);
  registerIntegrationRoute(server, deps);
  registerSignInRoutes(server, deps);
}

function addList(server: HttpServer, { database: { db }, keyring }: PlatformDependencies): void {
  server.get(
    "/v1/credentials",
    {
      schema: {
        tags,
        summary: "The workspace's credentials, without their content",
        querystring: pageQuerySchema,
        response: { 200: pageSchema(credentialSchema) },
      },
    },
    async ({ query, access }) => {
      const mine = eq(credentials.workspaceId, access.workspaceId);
      const { limit, offset } = pageOf(query);
      const order = [credentials.integration, credentials.name];
      const rows = await db
        .select()
        .from(credentials)
        .where(mine)
        .orderBy(...order)
        .limit(limit)
        .offset(offset);
      const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(credentials).where(mine);
      return toPage(rows.map(toCredential), total, query);
    },
  );
  server.post(
    "/v1/credentials",
    {
      schema: {
        tags,
        summary: "Store credentials",
        description: 'Example: `{"integration": "word_api", "payload": {"api_key": "…"}}`',
        body: newCredential,
        response: { 201: credentialSchema },
      },
    },
    async ({ body, access }, reply) => {
      const row = await createCredential(db, keyring, { ...body, workspaceId: access.workspaceId });
      return reply.code(201).send(toCredential(row));
    },
  );
}

function addChanges(server: HttpServer, { database: { db }, keyring }: PlatformDependencies): void {
  server.patch(
    "/v1/credentials/:id",
    {
      schema: {
        tags,
        summary: "Rename credentials or replace their content",
        params,
        body: changedCredential,
        response: { 200: credentialSchema },
      },
    },
    async ({ params: { id }, body, access }) => {
      const row = await findCredential(db, access.workspaceId, id);
      return toCredential(await changeCredential(db, keyring, row, body));
    },
  );
  server.delete(
    "/v1/credentials/:id",
    {
      schema: {
        tags,
        summary: "Delete credentials",
        params,
        response: { 200: z.object({ success: z.boolean() }) },
      },
    },
    async ({ params: { id }, access }) => {
      const row = await findCredential(db, access.workspaceId, id);
      await db.delete(credentials).where(eq(credentials.id, row.id));
      return { success: true };
    },
  );
}

function addTest(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/credentials/:id/test",
    {
      schema: {
        tags,
        summary: "Ask the plugin whether credentials are good",
        description: "The plugin may try them over the network.",
        params,
        response: { 200: z.object({ ready: z.boolean(), plugin: z.string() }) },
      },
    },
    async ({ params: { id }, access }) => {
      const row = await findCredential(deps.database.db, access.workspaceId, id);
      const plugin = await integrationPlugin(row.integration, deps);
      const { body } = await deps.pluginServers.askPlugin(plugin.id, {
        method: "POST",
        path: `/integrations/${encodeURIComponent(row.integration)}/ready`,
        body: openCredential(row, deps.keyring),
        timeoutMs: testTimeoutMs,
        signal: AbortSignal.any([deps.signal, AbortSignal.timeout(testTimeoutMs)]),
      });
      return { ready: (await text(body)).trim() === "true", plugin: plugin.name };
    },
  );
}
