import { NoxusError } from "@noxus/contracts";
import { apiKeys, files, workspaces } from "@noxus/database";
import { and, eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { isUuid } from "../files/file-records.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { requireAdmin } from "./access.ts";
import { type ApiKeyRow, createApiKey } from "./key-store.ts";

const tags = ["admin"];
const keySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  tenant_admin: z.boolean(),
  /** The key itself where it was made just now; its first characters and `…` everywhere else. */
  value: z.string(),
});
const groupSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  max_concurrent_runs: z.int().nullable(),
});
const success = z.object({ success: z.boolean() });
const groupParams = z.object({ id: z.string().describe("The workspace's id.") });
const newGroup = z.looseObject({ name: z.string().min(1).max(200), description: z.string().nullish() });
const groupChange = newGroup.partial().extend({
  max_concurrent_runs: z
    .int()
    .min(1)
    .nullish()
    .describe("Its runs that are executed at once; the others wait. Null for no limit."),
});
const newKey = z.looseObject({ name: z.string().min(1).max(200), tenant_admin: z.boolean().default(false) });

type Deps = Pick<PlatformDependencies, "database" | "fileStore">;

/** Workspaces (the published API says "groups") and their API keys; everything but `me` is for administrators. */
export function registerAdminRoutes(server: HttpServer, deps: Deps): void {
  addMe(server);
  addGroups(server, deps);
  addGroupChange(server, deps);
  addGroupDeletion(server, deps);
  addKeys(server, deps);
  addKeyRevocation(server, deps);
}

/** Runs before a body is even read. */
const adminOnly = async (request: FastifyRequest) => requireAdmin(request.access);

function addMe(server: HttpServer): void {
  server.get(
    "/v1/admin/me",
    { schema: { tags, summary: "The key that this request is made with", response: { 200: keySchema } } },
    async ({ access }) => ({
      id: access.keyId,
      name: access.keyName,
      tenant_admin: access.tenantAdmin,
      value: `${access.keyPrefix}…`,
      group_id: access.workspaceId,
    }),
  );
}

function addGroups(server: HttpServer, { database: { db } }: Deps): void {
  server.get(
    "/v1/admin/groups",
    {
      onRequest: adminOnly,
      schema: { tags, summary: "Every workspace", response: { 200: z.array(groupSchema) } },
    },
    async () => (await db.select().from(workspaces).orderBy(workspaces.createdAt)).map(toGroup),
  );
  server.post(
    "/v1/admin/groups",
    {
      onRequest: adminOnly,
      schema: { tags, summary: "Make a workspace", body: newGroup, response: { 200: groupSchema } },
    },
    async ({ body }) => {
      const [row] = await db
        .insert(workspaces)
        .values({ name: body.name, description: body.description ?? null })
        .onConflictDoNothing()
        .returning();
      if (row) return toGroup(row);
      throw new NoxusError("conflict", `There is a workspace "${body.name}" already. Choose another name.`);
    },
  );
}

function addGroupChange(server: HttpServer, { database: { db } }: Deps): void {
  server.patch(
    "/v1/admin/groups/:id",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Change a workspace's name, description or limit of runs at once",
        params: groupParams,
        body: groupChange,
        response: { 200: groupSchema },
      },
    },
    async ({ params: { id }, body: { name, description, max_concurrent_runs: maxConcurrentRuns } }) => {
      await requireGroup(db, id);
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
      };
      const own = eq(workspaces.id, id);
      const [row] =
        Object.keys(change).length > 0
          ? await db.update(workspaces).set(change).where(own).returning()
          : await db.select().from(workspaces).where(own);
      if (!row) throw noGroup(id);
      return toGroup(row);
    },
  );
}

function addGroupDeletion(server: HttpServer, { database: { db }, fileStore }: Deps): void {
  server.delete(
    "/v1/admin/groups/:id",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Delete a workspace with all that is in it",
        description:
          "Its keys, files, credentials, workflows and runs go with it. Not the one of your own key.",
        params: groupParams,
        response: { 200: success },
      },
    },
    async ({ params: { id }, access }) => {
      if (id === access.workspaceId)
        throw new NoxusError(
          "conflict",
          "This is your own key's workspace. Delete it with a key of another one.",
        );
      const contents = isUuid(id)
        ? await db.select({ key: files.storageKey }).from(files).where(eq(files.workspaceId, id))
        : [];
      const gone = isUuid(id) ? await db.delete(workspaces).where(eq(workspaces.id, id)).returning() : [];
      if (gone.length === 0) throw noGroup(id);
      for (const { key } of contents) await fileStore.remove(key);
      return { success: true };
    },
  );
}

function addKeys(server: HttpServer, { database: { db } }: Deps): void {
  server.post(
    "/v1/admin/groups/:id/api-keys",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Make an API key",
        description: "The answer's `value` is the key. It is shown this once and stored nowhere.",
        params: groupParams,
        body: newKey,
        response: { 200: keySchema },
      },
    },
    async ({ params, body }) => {
      await requireGroup(db, params.id);
      const key = await createApiKey(db, {
        workspaceId: params.id,
        name: body.name,
        tenantAdmin: body.tenant_admin,
      });
      return { ...toKey(key), value: key.value };
    },
  );
  server.get(
    "/v1/admin/groups/:id/api-keys",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "A workspace's API keys",
        params: groupParams,
        response: { 200: z.array(keySchema) },
      },
    },
    async ({ params: { id } }) => {
      await requireGroup(db, id);
      const rows = await db
        .select()
        .from(apiKeys)
        .where(eq(apiKeys.workspaceId, id))
        .orderBy(apiKeys.createdAt);
      return rows.map(toKey);
    },
  );
}

function addKeyRevocation(server: HttpServer, { database: { db } }: Deps): void {
  server.delete(
    "/v1/admin/groups/:id/api-keys/:keyId",
    {
      onRequest: adminOnly,
      schema: {
        tags,
        summary: "Revoke an API key",
        params: groupParams.extend({ keyId: z.string() }),
        response: { 200: success },
      },
    },
    async ({ params: { id, keyId }, access }) => {
      if (keyId === access.keyId)
        throw new NoxusError("conflict", "This is the key of this very request. Revoke it with another one.");
      const gone =
        isUuid(id) && isUuid(keyId)
          ? await db
              .delete(apiKeys)
              .where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, id)))
              .returning()
          : [];
      if (gone.length === 0)
        throw new NoxusError("not_found", `There is no key ${keyId} in the workspace ${id}.`);
      return { success: true };
    },
  );
}

async function requireGroup(db: Deps["database"]["db"], id: string): Promise<void> {
  const rows = isUuid(id) ? await db.select().from(workspaces).where(eq(workspaces.id, id)) : [];
  if (rows.length === 0) throw noGroup(id);
}

function noGroup(id: string): NoxusError {
  return new NoxusError("not_found", `There is no workspace ${id}.`);
}

function toGroup({ id, name, description, maxConcurrentRuns, createdAt }: typeof workspaces.$inferSelect) {
  return {
    id,
    name,
    description,
    max_concurrent_runs: maxConcurrentRuns,
    created_at: createdAt.toISOString(),
  };
}

function toKey({ id, name, tenantAdmin, prefix, createdAt, lastUsedAt }: ApiKeyRow) {
  return {
    id,
    name,
    tenant_admin: tenantAdmin,
    value: `${prefix}…`,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}
