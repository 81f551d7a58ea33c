import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { drizzle, runMigrations } from "../drizzle/node-postgres.ts";
import { migrationsFolder, migrationsSchema, migrationsTable } from "./schema-version.ts";

export interface MigrateOptions {
  signal: AbortSignal;
}

/** Any number that nothing else in this database locks. */
const migrationLock = 4_917_203_114;
const lockPollMs = 50;

/**
 * Brings the schema to the version that this code knows. Only the platform calls it; several
 * at once take turns by an advisory lock, and all but the first find nothing to do. A newer schema is left as it is.
 *
 * @throws whatever PostgreSQL says; a migration that fails is rolled back as a whole.
 */
export async function migrate(database: string | pg.Pool, { signal }: MigrateOptions): Promise<void> {
  if (typeof database !== "string") return withClient(database, (client) => migrateLocked(client, signal));
  const pool = new pg.Pool({ connectionString: database, max: 1 });
  pool.on("error", ignore);
  // For as long as the connection lives: it may still break after the pool has let go of it.
  pool.on("connect", (client) => client.on("error", ignore));
  try {
    await withClient(pool, (client) => migrateLocked(client, signal));
  } finally {
    await pool.end();
  }
}

async function migrateLocked(client: pg.PoolClient, signal: AbortSignal): Promise<void> {
  await lock(client, signal);
  try {
    signal.throwIfAborted();
    await runMigrations(drizzle({ client }), { migrationsFolder, migrationsSchema, migrationsTable });
  } finally {
    await client.query("select pg_advisory_unlock($1)", [migrationLock]);
  }
}

/** Asks again and again, because a wait inside PostgreSQL could not be cancelled by the signal. */
async function lock(client: pg.PoolClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await client.query("select pg_try_advisory_lock($1) as taken", [migrationLock]);
    if (rows[0]?.taken) return;
    await delay(lockPollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  client.on("error", ignore);
  let failure: Error | undefined;
  try {
    await work(client);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off("error", ignore);
    // A connection that failed is thrown away: it may still hold the lock.
    client.release(failure);
  }
}

/** A broken connection also fails the query under way, which is what tells the caller. */
function ignore(): void {}
