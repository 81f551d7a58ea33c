import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";

/** The same depth below the package from source and when built. */
export const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));
export const migrationsSchema = "public";
export const migrationsTable = "schema_migrations";

export interface WaitForSchemaOptions {
  pool: pg.Pool;
  /** Called once, when the schema is not there yet. */
  onWaiting?: () => void;
  signal: AbortSignal;
}

const pollMs = 100;

/**
 * For programs that do not migrate: resolves when the schema is at the version that this code knows, or newer
 * (migrations only add, so that programs can be renewed one after the other).
 *
 * @throws the signal's reason.
 */
export async function waitForSchema({ pool, onWaiting, signal }: WaitForSchemaOptions): Promise<void> {
  const known = knownSchemaVersion();
  for (let told = false; ; told = true) {
    signal.throwIfAborted();
    if ((await schemaVersion(pool)) >= known) return;
    if (!told) onWaiting?.();
    await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The newest migration of this code: when it was made, in ms since 1970. */
export function knownSchemaVersion(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, "utf8"));
  return Math.max(...journal.entries.map((entry: { when: number }) => entry.when));
}

/** The newest migration that the database has had; 0 where there is none or the database does not answer now. */
async function schemaVersion(pool: pg.Pool): Promise<number> {
  try {
    const { rows } = await pool.query(
      `select max(created_at)::text as version from "${migrationsSchema}"."${migrationsTable}"`,
    );
    return Number(rows[0]?.version ?? 0);
  } catch {
    return 0;
  }
}
