import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Queries over `pg`, and migrations; loaded as CommonJS for the reason that `sql.ts` gives. */
export const { drizzle } = require("drizzle-orm/node-postgres") as typeof import("drizzle-orm/node-postgres");
export const { migrate: runMigrations } =
  require("drizzle-orm/node-postgres/migrator") as typeof import("drizzle-orm/node-postgres/migrator");
export type { NodePgDatabase } from "drizzle-orm/node-postgres";
