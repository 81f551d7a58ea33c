import { randomBytes } from "node:crypto";
import type { RegisterRequest, ServerReport } from "@noxus/contracts";
import { pluginServers, pluginStates, type Queries } from "@noxus/database";
import { and, eq, gt, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";

export type ServerRow = typeof pluginServers.$inferSelect;

/** Standard Webhooks: 24 to 64 random bytes behind the prefix. */
const newWebhookSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

/** Takes a plugin server up, or renews what is known of it; gives the secret that its webhooks are signed with from now on. */
export async function registerServer(
  db: Queries,
  { serverId, name, url, apiKey, version }: RegisterRequest,
  keyring: Keyring,
): Promise<string> {
  const webhookSecret = newWebhookSecret();
  const values = {
    name,
    url: url.replace(/\/+$/, ""),
    version,
    apiKeyEncrypted: keyring.seal(apiKey),
    webhookSecretEncrypted: keyring.seal(webhookSecret),
    registeredAt: new Date(),
    heartbeatAt: sql`now()`,
  };
  await db
    .insert(pluginServers)
    .values({ id: serverId, ...values })
    .onConflictDoUpdate({ target: pluginServers.id, set: values });
  return webhookSecret;
}

/** Notes a server's report; false where the server is not known (any more). */
export async function noteHeartbeat(
  db: Queries,
  serverId: string,
  { revision, inFlight, startedAt }: ServerReport,
): Promise<boolean> {
  const rows = await db
    .update(pluginServers)
    .set({ revision, inFlight, startedAt: new Date(startedAt), heartbeatAt: sql`now()` })
    .where(eq(pluginServers.id, serverId))
    .returning({ id: pluginServers.id });
  return rows.length > 0;
}

/** A server has taken a list, before its next report says so. */
export async function noteRevision(db: Queries, serverId: string, revision: number): Promise<void> {
  await db
    .update(pluginServers)
    .set({ revision: sql`greatest(${pluginServers.revision}, ${revision}::bigint)` })
    .where(eq(pluginServers.id, serverId));
}

export async function findServer(db: Queries, serverId: string): Promise<ServerRow | undefined> {
  const [row] = await db.select().from(pluginServers).where(eq(pluginServers.id, serverId));
  return row;
}

export async function listServers(db: Queries): Promise<ServerRow[]> {
  return db.select().from(pluginServers).orderBy(pluginServers.name, pluginServers.id);
}

/** Whether a server's last report is fresh, by the database's clock. */
export const isAlive = (staleMs: number) =>
  gt(pluginServers.heartbeatAt, sql`now() - ${staleMs}::int * interval '1 millisecond'`);

/** Servers whose last report is fresh. */
export async function aliveServers(db: Queries, staleMs: number): Promise<ServerRow[]> {
  return db.select().from(pluginServers).where(isAlive(staleMs)).orderBy(pluginServers.inFlight);
}

/** Alive servers for one plugin: where it runs before where it does not, then the least busy. */
export async function serversOfPlugin(db: Queries, pluginId: string, staleMs: number): Promise<ServerRow[]> {
  const rows = await db
    .select({ server: pluginServers })
    .from(pluginServers)
    .innerJoin(
      pluginStates,
      and(eq(pluginStates.serverId, pluginServers.id), eq(pluginStates.pluginId, pluginId)),
    )
    .where(isAlive(staleMs))
    .orderBy(sql`(${pluginStates.status} = 'running') desc`, pluginServers.inFlight);
  return rows.map(({ server }) => server);
}
