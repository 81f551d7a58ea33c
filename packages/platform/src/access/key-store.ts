import { apiKeys, endedSessions, type Queries, workspaces } from "@noxus/database";
import { and, eq, notExists, sql } from "@noxus/database/sql";
import type { Access } from "./access.ts";
import { hashApiKey, newApiKey, prefixOfApiKey } from "./api-key.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** One row for ever, whatever its key: a changed NOXUS_ADMIN_KEY takes the old one's place. */
const bootstrapKeyId = "00000000-0000-4000-8000-000000000001";
const defaultWorkspace = "default";

/**
 * What a key opens; undefined where it is none. Looked up by its hash, so the time of the look-up tells nothing about
 * the key; asked for each request, so a revoked key opens nothing from then on.
 */
export async function findAccess(
  db: Queries,
  key: string,
): Promise<(Access & { lastUsedAt: Date | null }) | undefined> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, hashApiKey(key)));
  return row && { ...toAccess(row), lastUsedAt: row.lastUsedAt };
}

/** What a session with the key of this id opens; undefined where the key was revoked, or the session signed out. */
export async function accessOfKey(
  db: Queries,
  { keyId, sessionId }: { keyId: string; sessionId: string },
): Promise<Access | undefined> {
  const ended = db.select().from(endedSessions).where(eq(endedSessions.id, sessionId));
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, keyId), notExists(ended)));
  return row && toAccess(row);
}

function toAccess(row: ApiKeyRow): Access {
  return {
    workspaceId: row.workspaceId,
    keyId: row.id,
    keyName: row.name,
    keyPrefix: row.prefix,
    tenantAdmin: row.tenantAdmin,
  };
}

/** A use that is noted is good for so long: a statement for every request would cost more than many a request. */
const notedForMs = 60_000;

/** Remembers the key's use, where none of the last minute is remembered. */
export async function markUsed(
  db: Queries,
  { keyId, lastUsedAt }: { keyId: string; lastUsedAt: Date | null },
): Promise<void> {
  if (lastUsedAt && Date.now() - lastUsedAt.getTime() < notedForMs) return;
  await db
    .update(apiKeys)
    .set({ lastUsedAt: new Date() })
    .where(
      and(eq(apiKeys.id, keyId), sql`coalesce(${apiKeys.lastUsedAt}, 'epoch') < now() - interval '1 minute'`),
    );
}

/** Makes a key; `value` is seen here and never again. */
export async function createApiKey(
  db: Queries,
  { workspaceId, name, tenantAdmin }: { workspaceId: string; name: string; tenantAdmin: boolean },
): Promise<ApiKeyRow & { value: string }> {
  const value = newApiKey();
  const [row] = await db
    .insert(apiKeys)
    .values({ workspaceId, name, tenantAdmin, hash: hashApiKey(value), prefix: prefixOfApiKey(value) })
    .returning();
  if (!row) throw new Error("The key was not stored.");
  return { ...row, value };
}

/** Sees to it that there is a workspace, and that the operator's admin key opens it. */
export async function ensureAdminKey(db: Queries, key: string): Promise<void> {
  await db.insert(workspaces).values({ name: defaultWorkspace }).onConflictDoNothing();
  const [workspace] = await db.select().from(workspaces).where(eq(workspaces.name, defaultWorkspace));
  if (!workspace) throw new Error("The default workspace was not made.");
  const values = {
    workspaceId: workspace.id,
    name: "admin",
    tenantAdmin: true,
    hash: hashApiKey(key),
    prefix: prefixOfApiKey(key),
  };
  await db
    .insert(apiKeys)
    .values({ id: bootstrapKeyId, ...values })
    .onConflictDoUpdate({ target: apiKeys.id, set: values });
}
