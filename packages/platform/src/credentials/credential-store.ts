import { type CredentialUpdate, NoxusError } from "@noxus/contracts";
import { credentials, type Queries } from "@noxus/database";
import { and, eq, inArray, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import { isUuid } from "../files/file-records.ts";

export type CredentialRow = typeof credentials.$inferSelect;
export type Payload = Record<string, unknown>;

export interface NewCredential {
  workspaceId: string;
  integration: string;
  name: string;
  payload: Payload;
}

/** @throws NoxusError `conflict` where the workspace has one of this integration and name. */
export async function createCredential(
  db: Queries,
  keyring: Keyring,
  { payload, ...columns }: NewCredential,
): Promise<CredentialRow> {
  const [row] = await db
    .insert(credentials)
    .values({ ...columns, payloadEncrypted: keyring.seal(JSON.stringify(payload)) })
    .onConflictDoNothing()
    .returning();
  if (row) return row;
  throw nameTaken(columns.integration, columns.name);
}

export interface CredentialChange {
  name?: string | undefined;
  payload?: Payload | undefined;
}

/** What is not named stays. @throws NoxusError `conflict` where other credentials have the new name. */
export async function changeCredential(
  db: Queries,
  keyring: Keyring,
  row: CredentialRow,
  { name = row.name, payload }: CredentialChange,
): Promise<CredentialRow> {
  const sealed = payload && keyring.seal(JSON.stringify(payload));
  try {
    const [changed = row] = await db
      .update(credentials)
      .set({ name, ...(sealed && { payloadEncrypted: sealed }), updatedAt: sql`now()` })
      .where(eq(credentials.id, row.id))
      .returning();
    return changed;
  } catch (error) {
    throw isTaken(error) ? nameTaken(row.integration, name, error) : error;
  }
}

/** PostgreSQL's code for a second row under a unique index, as the query's error wraps it. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && (error.cause as { code?: unknown } | undefined)?.code === "23505";
}

function nameTaken(integration: string, name: string, cause?: unknown): NoxusError {
  return new NoxusError(
    "conflict",
    `The workspace has credentials of "${integration}" named "${name}" already. Change those, or choose another name.`,
    { cause },
  );
}

/** Stores credentials, in place of those of the same integration and name where there are any. */
export async function putCredential(
  db: Queries,
  keyring: Keyring,
  { payload, ...columns }: NewCredential,
): Promise<CredentialRow> {
  const payloadEncrypted = keyring.seal(JSON.stringify(payload));
  const [row] = await db
    .insert(credentials)
    .values({ ...columns, payloadEncrypted })
    .onConflictDoUpdate({
      target: [credentials.workspaceId, credentials.integration, credentials.name],
      set: { payloadEncrypted, updatedAt: sql`now()` },
    })
    .returning();
  if (!row) throw new Error("PostgreSQL stored credentials and gave none back.");
  return row;
}

/** @throws NoxusError `not_found`, the same for credentials of another workspace as for none. */
export async function findCredential(db: Queries, workspaceId: string, id: string): Promise<CredentialRow> {
  const [row] = isUuid(id)
    ? await db
        .select()
        .from(credentials)
        .where(and(eq(credentials.id, id), eq(credentials.workspaceId, workspaceId)))
    : [];
  if (row) return row;
  throw new NoxusError("not_found", `There are no credentials ${id} in this workspace.`);
}

/** Credentials in clear: into the `ctx` of one call, and nowhere else. */
export function openCredential(row: CredentialRow, keyring: Keyring): Payload {
  return JSON.parse(keyring.open(row.payloadEncrypted)) as Payload;
}

/**
 * Stores what a plugin renewed (a refreshed token, for instance): into the credentials that it names, else into the
 * ones that calls of this workspace get. Keys that it does not name stay.
 *
 * @throws NoxusError `not_found` where there are none to renew: a plugin changes credentials, it does not make them.
 */
export async function renewCredential(
  db: Queries,
  keyring: Keyring,
  { workspaceId, integration, credentialId, payload }: CredentialUpdate,
): Promise<void> {
  const rows = await credentialsOf(db, workspaceId, [integration]);
  const row = credentialId ? rows.find(({ id }) => id === credentialId) : rows[0];
  if (!row)
    throw new NoxusError("not_found", `The workspace has no such credentials of "${integration}" to renew.`);
  const renewed = { ...openCredential(row, keyring), ...payload };
  await db
    .update(credentials)
    .set({ payloadEncrypted: keyring.seal(JSON.stringify(renewed)), updatedAt: sql`now()` })
    .where(eq(credentials.id, row.id));
}

/** A workspace's credentials of these integrations; the one named `default` first, then the oldest. */
export async function credentialsOf(
  db: Queries,
  workspaceId: string,
  integrations: readonly string[],
): Promise<CredentialRow[]> {
  if (integrations.length === 0 || !isUuid(workspaceId)) return [];
  return db
    .select()
    .from(credentials)
    .where(and(eq(credentials.workspaceId, workspaceId), inArray(credentials.integration, [...integrations])))
    .orderBy(sql`(${credentials.name} = 'default') desc`, credentials.createdAt);
}
