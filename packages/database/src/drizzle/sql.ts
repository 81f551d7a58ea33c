import { createRequire } from "node:module";

/**
 * What queries are built with, from drizzle-orm. Loaded as CommonJS: for each of its hundred ES modules Node parses
 * the package's very large package.json again, which costs half a second and 150 MB of heap at every start.
 * Import it from here (`@noxus/database/sql`), never from `drizzle-orm` itself, which would load both.
 */
export const {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  not,
  notExists,
  notInArray,
  or,
  sql,
} = createRequire(import.meta.url)("drizzle-orm") as typeof import("drizzle-orm");
export type { SQL } from "drizzle-orm";
