/**
 * Everything about PostgreSQL: the schema and its migrations, the connection, a PostgreSQL of our own where the
 * operator has none, and notifications of changes.
 *
 *     const { signal } = new AbortController();
 *     const postgres = await startEmbeddedPostgres({ dataFolder: ".noxus", logger, signal });
 *     await waitForDatabase({ url: postgres.url, signal });
 *     const database = connect({ url: postgres.url, applicationName: "platform", logger });
 *     await migrate(database.pool, { signal }); // other programs: waitForSchema({ pool: database.pool, signal })
 *     await database.db.insert(runs).values({ … });
 *     database.hints.tell(runQueuedChannel); // a worker looks at once, otherwise within a second
 *     await database.close();
 *     await postgres.stop();
 */
export { addressWithoutPassword } from "./connection/address-without-password.ts";
export {
  type ConnectOptions,
  connect,
  type Database,
  type Queries,
  type Schema,
} from "./connection/connect.ts";
export type { DatabaseLogger } from "./connection/database-logger.ts";
export {
  type WaitForDatabaseOptions,
  type Waiting,
  waitForDatabase,
} from "./connection/wait-for-database.ts";
export type { PostgresBinaries } from "./embedded/binaries.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type EmbeddedStep,
  startEmbeddedPostgres,
} from "./embedded/start-embedded-postgres.ts";
export { type MigrateOptions, migrate } from "./migrate/migrate.ts";
export { type WaitForSchemaOptions, waitForSchema } from "./migrate/schema-version.ts";
export type { Hints } from "./notify/hints.ts";
export type { Hint, Listening, Notifications } from "./notify/notifications.ts";
export { notify } from "./notify/notify.ts";
export * from "./schema/schema.ts";
export { storableJson, toJsonb } from "./values/json-value.ts";
