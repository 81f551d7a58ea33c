import pg from "pg";
import { drizzle, type NodePgDatabase } from "../drizzle/node-postgres.ts";
import { Hints } from "../notify/hints.ts";
import { createNotifications, type Notifications } from "../notify/notifications.ts";
import * as schema from "../schema/schema.ts";
import type { DatabaseLogger } from "./database-logger.ts";

export type Schema = typeof schema;

/** Where SQL runs: the database itself or a transaction of it. */
export type Queries = Pick<NodePgDatabase<Schema>, "select" | "insert" | "update" | "delete" | "execute">;

/** One program's way to the database. */
export interface Database {
  db: NodePgDatabase<Schema>;
  pool: pg.Pool;
  /** The one LISTEN connection of this program; opened at the first `listen`. */
  notifications: Notifications;
  /** Tells the listeners of all programs, after a commit. */
  hints: Hints;
  /** Waits for the queries under way, then closes every connection. Safe to call more than once. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** `postgresql://user:password@host:port/database`; for a unix socket `postgresql://user@localhost/database?host=/folder`. */
  url: string;
  /** Connections of the pool; 10 by default. The LISTEN connection comes on top. */
  max?: number;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  logger: DatabaseLogger;
}

/** How long a query waits for a connection before it is refused: longer than a restart of PostgreSQL, shorter than a caller's patience. */
const connectionTimeoutMillis = 15_000;

/** Opens nothing yet: the first query connects. A connection that breaks is logged and replaced, never thrown. */
export function connect({ url, max = 10, applicationName, logger }: ConnectOptions): Database {
  const connection = { connectionString: url, application_name: applicationName, keepAlive: true };
  const pool = new pg.Pool({ ...connection, max, connectionTimeoutMillis });
  pool.on("error", (error) => logger.warn({ err: error }, "an idle database connection broke"));
  // The pool listens to idle connections only. One that breaks while it is checked out, between two
  // queries of a transaction, would otherwise end the process with an unhandled "error" event.
  pool.on("connect", (client) => {
    client.on("error", (error) => logger.debug({ err: error }, "a database connection broke"));
  });
  const notifications = createNotifications({ connection, logger });
  const hints = new Hints(pool, logger);
  let closing: Promise<void> | undefined;
  const close = async () => {
    await notifications.close();
    await hints.told();
    await pool.end();
  };
  return {
    db: drizzle({ client: pool, schema }),
    pool,
    notifications,
    hints,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
