import type { NodeRunStatus, NodeWait, RunError, RunStarter, RunStatus } from "@noxus/contracts";
import {
  bigserial,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
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

export const workflows = pgTable(
  "workflows",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    type: text("type").notNull().default("flow"),
    /** V1 or V2, to the letter as the client sent it. */
    definition: jsonb("definition").$type<Record<string, unknown>>().notNull(),
    /** Everything else that the client sent at the top. */
    extra: jsonb("extra").$type<Record<string, unknown>>().notNull().default({}),
    /** Its runs that are executed at once, by all workers together; null for no limit. */
    maxConcurrentRuns: integer("max_concurrent_runs"),
    /** Grows with each change; the ETag. */
    revision: integer("revision").notNull().default(1),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [index("workflows_workspace").on(table.workspaceId, table.createdAt)],
);

export const workflowVersions = pgTable(
  "workflow_versions",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workflowId: uuid("workflow_id")
      .notNull()
      .references(() => workflows.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    description: text("description"),
    definition: jsonb("definition").$type<Record<string, unknown>>().notNull(),
    createdBy: uuid("created_by"),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (table) => [index("workflow_versions_workflow").on(table.workflowId, table.createdAt)],
);

export const runs = pgTable(
  "runs",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    workflowId: uuid("workflow_id")
      .notNull()
      .references(() => workflows.id, { onDelete: "cascade" }),
    workflowVersionId: uuid("workflow_version_id"),
    /** The definition as it was when the run was started: a run is pinned to it. */
    definition: jsonb("definition").$type<Record<string, unknown>>().notNull(),
    input: jsonb("input").$type<Record<string, unknown>>().notNull().default({}),
    nodeIds: jsonb("node_ids").$type<string[]>(),
    status: text("status").$type<RunStatus>().notNull().default("queued"),
    /** 0 to 100 */
    progress: integer("progress").notNull().default(0),
    output: jsonb("output").$type<Record<string, unknown>>(),
    error: jsonb("error").$type<RunError>(),
    callbackUrl: text("callback_url"),
    /** Set by `stop`; the worker that holds the lease ends the run. */
    cancelRequestedAt: at("cancel_requested_at"),
    /** Set by `pause`, cleared by `resume`; nothing of the run is started meanwhile. */
    pauseRequestedAt: at("pause_requested_at"),
    /** By when the run is to have ended, whatever it is doing then; null for no limit. */
    deadlineAt: at("deadline_at"),
    /** Of a run that waits: when it goes on by itself, at the latest. */
    wakeAt: at("wake_at"),
    /** Something that the run waits for has come, and its worker has not seen it yet. */
    wakeRequested: boolean("wake_requested").notNull().default(false),
    /** The run whose finished nodes it began with; that one may be deleted by now. */
    restartedFrom: uuid("restarted_from"),
    /** To be shown; null of runs from before this was kept. */
    startedBy: jsonb("started_by").$type<RunStarter>(),
    /** Other workflows that it runs, as they were when it was started: `<id>` or `<id>@<version id>`. */
    subflows: jsonb("subflows").$type<Record<string, Record<string, unknown>>>(),
    /** The worker that executes the run, until `leaseUntil`. */
    leaseOwner: text("lease_owner"),
    leaseUntil: at("lease_until"),
    /** Grows with each take-over; a write with an older epoch is refused. */
    epoch: integer("epoch").notNull().default(0),
    /** Number of the journal's last statement: tells whether one whose answer was lost has been committed. */
    journalSeq: integer("journal_seq").notNull().default(0),
    createdAt: at("created_at").notNull().defaultNow(),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
  },
  (table) => [
    index("runs_workflow").on(table.workflowId, table.createdAt),
    index("runs_workspace").on(table.workspaceId, table.createdAt),
    // What the periodic look of every worker reads: few rows, however many runs have ended.
    index("runs_running").on(table.leaseUntil).where(sql`status = 'running'`),
    // What retention deletes first.
    index("runs_finished").on(table.finishedAt).where(sql`finished_at is not null`),
    index("runs_suspended").on(table.wakeAt).where(sql`status in ('waiting', 'awaiting_human_feedback')`),
    index("runs_deadline").on(table.deadlineAt).where(sql`deadline_at is not null and finished_at is null`),
    // What people look for among very many: the few runs that went wrong or wait for somebody.
    index("runs_notable")
      .on(table.workspaceId, table.status, table.createdAt)
      .where(sql`status in ('failed', 'stopped', 'paused', 'waiting', 'awaiting_human_feedback')`),
    // The line in front of the workers: one step for each workflow that has runs in it, however many they are.
    index("runs_line").on(table.workspaceId, table.workflowId, table.createdAt).where(sql`status = 'queued'`),
  ],
);

/** The journal: one row a node run. Its outputs are committed before any node that depends on them starts. */
export const nodeRuns = pgTable(
  "node_runs",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    nodeId: text("node_id").notNull(),
    /** Which item, where a list is mapped over the node: `0`, `1`, …, or `2/0` inside a loop; empty otherwise. */
    item: text("item").notNull().default(""),
    attempt: integer("attempt").notNull().default(1),
    nodeType: text("node_type").notNull(),
    status: text("status").$type<NodeRunStatus>().notNull(),
    inputs: jsonb("inputs").$type<Record<string, unknown>>(),
    outputs: jsonb("outputs").$type<Record<string, unknown>>(),
    error: jsonb("error").$type<RunError>(),
    /** The epoch of the lease that wrote the row. */
    epoch: integer("epoch").notNull(),
    /** When its inputs were there. */
    readyAt: at("ready_at"),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    /** Milliseconds inside the node's own call. */
    callMs: integer("call_ms"),
    /** What the node waits for, where its status is `waiting`. */
    wait: jsonb("wait").$type<NodeWait>(),
    /** The release of the plugin that answered the call. */
    pluginRelease: text("plugin_release"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.nodeId, table.item, table.attempt] })],
);

/** Content of any bytes. */
const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/**
 * Values of a run that are too large for the rows of its journal, each once, as JSON text. Stored out of line and not
 * compressed, so that a part can be read without the rest.
 */
export const largeValues = pgTable(
  "large_values",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    /** Hex, of the content. */
    sha256: text("sha256").notNull(),
    content: bytes("content").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.sha256] })],
);

/** A run's events in order; `id` is what a stream resumes from. */
export const runEvents = pgTable(
  "run_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    type: text("type").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    at: at("at").notNull().defaultNow(),
  },
  (table) => [index("run_events_run").on(table.runId, table.id)],
);

/** Workers that say so themselves: to be shown, never to decide by. Who has a run is told by its lease. */
export const workers = pgTable("workers", {
  /** The name in the leases. */
  id: text("id").primaryKey(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  version: text("version").notNull(),
  /** Runs at once, at most. */
  concurrency: integer("concurrency").notNull(),
  /** Runs under way. */
  running: integer("running").notNull(),
  startedAt: at("started_at").notNull().defaultNow(),
  heartbeatAt: at("heartbeat_at").notNull().defaultNow(),
});

/** A start that came with an Idempotency-Key: the same one again gets the same run. Gone with its run. */
export const idempotentStarts = pgTable(
  "idempotent_starts",
  {
    workspaceId: workspaceId(),
    key: text("key").notNull(),
    /** sha256 of workflow and body, hex: another start under the same key is refused. */
    fingerprint: text("fingerprint").notNull(),
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.key] }),
    index("idempotent_starts_run").on(table.runId),
  ],
);

/** What is to start a workflow: a time, a signed request, or what a plugin's trigger finds. */
export const workflowTriggers = pgTable(
  "workflow_triggers",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    workspaceId: workspaceId(),
    workflowId: uuid("workflow_id")
      .notNull()
      .references(() => workflows.id, { onDelete: "cascade" }),
    workflowVersionId: uuid("workflow_version_id").references(() => workflowVersions.id, {
      onDelete: "cascade",
    }),
    /** To the letter as the client sent it. */
    definition: jsonb("definition").$type<Record<string, unknown>>().notNull(),
    /** Null for what is only kept: no kind that starts runs. */
    kind: text("kind").$type<"schedule" | "webhook" | "plugin">(),
    enabled: boolean("enabled").notNull().default(true),
    /** When it is due next, or to be polled next; null where it waits for no time. */
    nextAt: at("next_at"),
    /** When it last started a run, or was last polled. */
    lastAt: at("last_at"),
    lastRunId: uuid("last_run_id"),
    /** Why it last failed, until it succeeds. */
    failure: jsonb("failure").$type<RunError>(),
    /** What a plugin's trigger left for its next poll. */
    state: jsonb("state").$type<Record<string, unknown>>().notNull().default({}),
    /** Envelope: signs the requests of a webhook. */
    secretEncrypted: text("secret_encrypted"),
    /** The one who polls has it until then. */
    leaseUntil: at("lease_until"),
    /** Grows with each poller and each change: what an earlier poll brings is refused. */
    epoch: integer("epoch").notNull().default(0),
    /** The API key that made it. */
    createdBy: uuid("created_by"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("workflow_triggers_workflow").on(table.workflowId, table.createdAt),
    index("workflow_triggers_due").on(table.nextAt).where(sql`enabled and next_at is not null`),
  ],
);

/** What triggers have received, and which run came of it. */
export const triggerEvents = pgTable(
  "trigger_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    triggerId: uuid("trigger_id")
      .notNull()
      .references(() => workflowTriggers.id, { onDelete: "cascade" }),
    workspaceId: workspaceId(),
    workflowId: uuid("workflow_id").notNull(),
    type: text("type").notNull(),
    /** Of what may come twice: the due time, the id of a signed request. */
    key: text("key"),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    runId: uuid("run_id"),
    /** Why it started no run. */
    error: jsonb("error").$type<RunError>(),
    at: at("at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("trigger_events_key").on(table.triggerId, table.key),
    index("trigger_events_trigger").on(table.triggerId, table.id),
    index("trigger_events_workspace").on(table.workspaceId, table.id),
    index("trigger_events_at").on(table.at),
  ],
);

export type RunRow = typeof runs.$inferSelect;
export type NodeRunRow = typeof nodeRuns.$inferSelect;
