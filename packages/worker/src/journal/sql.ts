import type { Database } from "@noxus/database";

/** Where SQL runs that is written by hand because one round trip does what a query builder would need several for. */
export type Sql = Pick<Database["pool"], "query">;
