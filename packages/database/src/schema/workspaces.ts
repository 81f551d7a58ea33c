import { boolean, index, integer, pgTable, text, timestamp, uuid } from "../drizzle/columns.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** A workspace (the published API says "group"): what its keys see, and nothing else. */
export const workspaces = pgTable("workspaces", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name").notNull().unique(),
  description: text("description"),
  /** Its runs that are executed at once, by all workers together; null for no limit. */
  maxConcurrentRuns: integer("max_concurrent_runs"),
  createdAt: at("created_at").notNull().defaultNow(),
});

export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** sha256 of the key, hex. The key itself is shown once and stored nowhere. */
    hash: text("hash").notNull().unique(),
    /** First characters, to recognise a key by. */
    prefix: text("prefix").notNull(),
    /** May administer plugins, workspaces and keys of the whole platform. */
    tenantAdmin: boolean("tenant_admin").notNull().default(false),
    createdAt: at("created_at").notNull().defaultNow(),
    lastUsedAt: at("last_used_at"),
  },
  (table) => [index("api_keys_workspace").on(table.workspaceId)],
);

/** Browser sessions that were signed out before their time: whoever has a copy of such a cookie has nothing. */
export const endedSessions = pgTable("ended_sessions", {
  id: uuid("id").primaryKey(),
  /** The session would have ended then; the row is of no use any more. */
  expiresAt: at("expires_at").notNull(),
});

/** A link that signs a browser in once, with the rights of the key that it was made for. */
export const signInLinks = pgTable("sign_in_links", {
  /** sha256 of the link's code, hex. */
  hash: text("hash").primaryKey(),
  keyId: uuid("key_id")
    .notNull()
    .references(() => apiKeys.id, { onDelete: "cascade" }),
  expiresAt: at("expires_at").notNull(),
});
