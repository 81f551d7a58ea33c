import {
  bigint,
  boolean,
  index,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "../drizzle/columns.ts";
import { sql } from "../drizzle/sql.ts";
import { workspaces } from "./workspaces.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const workspaceId = () =>
  uuid("workspace_id")
    .notNull()
    .references(() => workspaces.id, { onDelete: "cascade" });

/** Credentials of one integration in one workspace; decrypted only into the `ctx` of one call. */
export const credentials = pgTable(
  "credentials",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    /** The integration's type, as nodes name it. */
    integration: text("integration").notNull(),
    name: text("name").notNull().default("default"),
    /** Envelope: JSON of the credentials. */
    payloadEncrypted: text("payload_encrypted").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("credentials_name").on(table.workspaceId, table.integration, table.name)],
);

/** A file's record; its content lies under `storageKey` in the file store. */
export const files = pgTable(
  "files",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    filename: text("filename").notNull(),
    contentType: text("content_type").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    sha256: text("sha256").notNull(),
    sourceType: text("source_type").notNull().default("Document"),
    sourceMetadata: jsonb("source_metadata"),
    storageKey: text("storage_key").notNull(),
    /** Made by a plugin in a call, not brought by people: it may expire. */
    madeByPlugin: boolean("made_by_plugin").notNull().default(false),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("files_workspace").on(table.workspaceId, table.createdAt),
    index("files_made").on(table.createdAt).where(sql`made_by_plugin`),
  ],
);

/** What a workspace keeps under a name; `secret` ones are never shown again. */
export const variables = pgTable(
  "variables",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    kind: text("kind").$type<"variable" | "secret">().notNull(),
    valueType: text("value_type").notNull(),
    /** Envelope of the value as text, of both kinds: one becomes the other without the clear text lying anywhere. */
    valueEncrypted: text("value_encrypted"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("variables_name").on(table.workspaceId, table.name)],
);
