import { createRequire } from "node:module";

/** What tables are declared with; loaded as CommonJS for the reason that `sql.ts` gives. */
export const {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} = createRequire(import.meta.url)("drizzle-orm/pg-core") as typeof import("drizzle-orm/pg-core");
