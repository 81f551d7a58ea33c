import type { Manifest, PluginFailure, PluginReport, Source } from "@noxus/contracts";
import {
  bigint,
  bigserial,
  boolean,
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
} from "../drizzle/columns.ts";
import { sql } from "../drizzle/sql.ts";

/** How many entries a part of a JSON column has; 0 where it is no list. */
const lengthOf = (list: string) =>
  sql.raw(`case json_typeof(${list}) when 'array' then json_array_length(${list}) else 0 end`);

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** A plugin server that registered; alive while its heartbeat is fresh. */
export const pluginServers = pgTable("plugin_servers", {
  /** The server's own id, stable across its restarts. */
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  url: text("url").notNull(),
  /** Envelope: the API key that the server asks of its callers. */
  apiKeyEncrypted: text("api_key_encrypted").notNull(),
  /** Envelope: signs the server's status webhooks. */
  webhookSecretEncrypted: text("webhook_secret_encrypted").notNull(),
  version: text("version").notNull(),
  /** Revision of the desired list that the server last said it works on. */
  revision: bigint("revision", { mode: "number" }).notNull().default(0),
  inFlight: integer("in_flight").notNull().default(0),
  startedAt: at("started_at"),
  registeredAt: at("registered_at").notNull().defaultNow(),
  heartbeatAt: at("heartbeat_at").notNull().defaultNow(),
});

/** Desired state of one plugin. Plugins belong to the platform; their nodes are seen by every workspace. */
export const plugins = pgTable(
  "plugins",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** The manifest's name once known; before, one derived from the source. */
    name: text("name").notNull(),
    /** Without secrets. */
    source: jsonb("source").$type<Source>().notNull(),
    /** Envelope: JSON of the source's secret fields. */
    sourceSecretsEncrypted: text("source_secrets_encrypted"),
    /** Without secret fields. */
    config: jsonb("config").$type<Record<string, unknown>>().notNull().default({}),
    /** Envelope: JSON of the secret configuration fields. */
    configSecretsEncrypted: text("config_secrets_encrypted"),
    settings: jsonb("settings").$type<Record<string, unknown>>().notNull().default({}),
    enabled: boolean("enabled").notNull().default(true),
    generation: bigint("generation", { mode: "number" }).notNull().default(1),
    reloads: bigint("reloads", { mode: "number" }).notNull().default(0),
    /** Not jsonb, here and in the report: a form shows its fields in the order in which they are written. */
    manifest: json("manifest").$type<Manifest>(),
    // What lists show of the manifest, taken out when it is written: a manifest may be large, and a list reads hundreds.
    manifestName: text("manifest_name").generatedAlwaysAs(sql`manifest ->> 'name'`),
    displayName: text("display_name").generatedAlwaysAs(sql`manifest ->> 'display_name'`),
    version: text("version").generatedAlwaysAs(sql`manifest ->> 'version'`),
    description: text("description").generatedAlwaysAs(sql`manifest ->> 'description'`),
    nodeCount: integer("node_count").generatedAlwaysAs(
      sql`${lengthOf("manifest -> 'nodes'")} + ${lengthOf("manifest -> 'nodes_v2'")}`,
    ),
    /** Set when uninstalling begins; the row goes when every server has reported `uninstalled`. */
    deletedAt: at("deleted_at"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("plugins_name").on(table.name).where(sql`deleted_at is null`)],
);

/** What each plugin server last reported of each plugin. */
export const pluginStates = pgTable(
  "plugin_states",
  {
    pluginId: uuid("plugin_id")
      .notNull()
      .references(() => plugins.id, { onDelete: "cascade" }),
    serverId: uuid("server_id")
      .notNull()
      .references(() => pluginServers.id, { onDelete: "cascade" }),
    status: text("status").notNull(),
    /** Which life of the server `sequence` counts in. */
    serverStartedAt: at("server_started_at").notNull(),
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    report: json("report").$type<PluginReport>().notNull(),
    // What lists show of the report, as above.
    failure: json("failure").$type<PluginFailure>().generatedAlwaysAs(sql`report -> 'failure'`),
    configProblem: text("config_problem").generatedAlwaysAs(sql`report -> 'configProblems' ->> 0`),
    processes: integer("processes").generatedAlwaysAs(lengthOf("report -> 'instances'")),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.pluginId, table.serverId] })],
);

/** What happened to a plugin, newest last; kept after the plugin is gone. */
export const pluginEvents = pgTable(
  "plugin_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    pluginId: uuid("plugin_id").notNull(),
    serverId: uuid("server_id"),
    type: text("type").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    at: at("at").notNull().defaultNow(),
  },
  (table) => [index("plugin_events_plugin").on(table.pluginId, table.id)],
);

/** Counters of the whole platform: `desired` is the revision of the desired list. */
export const revisions = pgTable("revisions", {
  name: text("name").primaryKey(),
  value: bigint("value", { mode: "number" }).notNull().default(0),
});

/** What is held for the whole platform, and why: a row `plugins` is safe mode. */
export const holds = pgTable("holds", {
  name: text("name").primaryKey(),
  reason: text("reason").notNull(),
  since: at("since").notNull().defaultNow(),
});
