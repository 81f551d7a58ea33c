import { NoxusError } from "@noxus/contracts";
import { type Queries, storableJson, triggerEvents, workflowTriggers } from "@noxus/database";
import { and, asc, count, desc, eq, isNotNull, isNull, type SQL, sql } from "@noxus/database/sql";
import { findVersion, isUuid } from "../workflows/workflow-store.ts";
import { firstDue, parseTrigger } from "./trigger-definition.ts";

export type TriggerRow = typeof workflowTriggers.$inferSelect;
export type TriggerEventRow = typeof triggerEvents.$inferSelect;

export interface TriggerAddress {
  id: string;
  workspaceId: string;
  /** Where the address names a workflow too. */
  workflowId?: string | undefined;
}

export interface NewTrigger {
  workspaceId: string;
  workflowId: string;
  workflowVersionId: string | undefined;
  definition: Record<string, unknown>;
  enabled: boolean;
  /** Envelope, of a webhook's secret. */
  secretEncrypted: string | null;
  /** The API key that makes it. */
  createdBy: string;
}

/** @throws NoxusError `not_found` where the workflow has no such version, `invalid_request` of the definition. */
export async function createTrigger(db: Queries, trigger: NewTrigger): Promise<TriggerRow> {
  const { workflowId, workflowVersionId } = trigger;
  const due = dueColumns(trigger.definition);
  if (workflowVersionId !== undefined) await findVersion(db, { id: workflowVersionId, workflowId });
  const [row] = await db
    .insert(workflowTriggers)
    .values({
      ...trigger,
      ...due,
      definition: storableJson(trigger.definition),
      workflowVersionId: workflowVersionId ?? null,
    })
    .returning();
  return row as TriggerRow;
}

function dueColumns(definition: Record<string, unknown>) {
  const parsed = parseTrigger(definition);
  return { kind: parsed.kind, nextAt: firstDue(parsed, new Date()) };
}

export type TriggerChange = Partial<Omit<NewTrigger, "workspaceId" | "workflowId" | "createdBy">>;

/**
 * What is changed, paused or goes on is due anew from now on: times that passed while it was paused are not missed ones.
 * A trigger of another type begins without the state of the one before.
 *
 * @throws NoxusError `not_found`, of the trigger or of the version; `invalid_request` of the definition.
 */
export async function changeTrigger(
  db: Queries,
  address: TriggerAddress,
  { definition, ...change }: TriggerChange,
): Promise<TriggerRow> {
  const row = await findTrigger(db, address);
  const id = change.workflowVersionId;
  if (id !== undefined) await findVersion(db, { id, workflowId: row.workflowId });
  const now = definition ?? row.definition;
  const [changed = row] = await db
    .update(workflowTriggers)
    .set({
      ...change,
      ...dueColumns(now),
      definition: storableJson(now),
      epoch: sql`epoch + 1`,
      leaseUntil: null,
      updatedAt: new Date(),
      failure: null,
      ...(now.type !== row.definition.type && { state: {} }),
    })
    .where(eq(workflowTriggers.id, row.id))
    .returning();
  return changed;
}

/** @throws NoxusError `not_found`, the same for a trigger of another workspace. */
export async function findTrigger(
  db: Queries,
  { id, workspaceId, workflowId }: TriggerAddress,
): Promise<TriggerRow> {
  const isAddress = isUuid(id) && (workflowId === undefined || isUuid(workflowId));
  const own = and(
    eq(workflowTriggers.id, id),
    eq(workflowTriggers.workspaceId, workspaceId),
    workflowId === undefined ? undefined : eq(workflowTriggers.workflowId, workflowId),
  );
  const [row] = isAddress ? await db.select().from(workflowTriggers).where(own) : [];
  if (row) return row;
  throw new NoxusError("not_found", `This workspace has no trigger "${id}".`);
}

export interface TriggerFilter {
  workspaceId: string;
  workflowId?: string | undefined;
  kind?: TriggerRow["kind"] | undefined;
  limit: number;
  offset: number;
}

/** One page of triggers, oldest first. */
export async function listTriggers(
  db: Queries,
  { workspaceId, workflowId, kind, limit, offset }: TriggerFilter,
): Promise<{ rows: TriggerRow[]; total: number }> {
  const own = and(
    eq(workflowTriggers.workspaceId, workspaceId),
    workflowId === undefined ? undefined : eq(workflowTriggers.workflowId, workflowId),
    kind ? eq(workflowTriggers.kind, kind) : undefined,
  );
  const rows = await db
    .select()
    .from(workflowTriggers)
    .where(own)
    .orderBy(asc(workflowTriggers.createdAt), asc(workflowTriggers.id))
    .limit(limit)
    .offset(offset);
  const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(workflowTriggers).where(own);
  return { rows, total };
}

export interface EventFilter {
  workspaceId: string;
  triggerId?: string | undefined;
  workflowId?: string | undefined;
  type?: string | undefined;
  /** Part of the event's data. */
  search?: string | undefined;
  errored?: boolean | undefined;
  startedRun?: boolean | undefined;
  limit: number;
  offset: number;
}

/** One page of what triggers have received, newest first. */
export async function listTriggerEvents(
  db: Queries,
  { limit, offset, ...filter }: EventFilter,
): Promise<{ rows: TriggerEventRow[]; total: number }> {
  const own = eventFilter(filter);
  const rows = await db
    .select()
    .from(triggerEvents)
    .where(own)
    .orderBy(desc(triggerEvents.id))
    .limit(limit)
    .offset(offset);
  const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(triggerEvents).where(own);
  return { rows, total };
}

function eventFilter(filter: Omit<EventFilter, "limit" | "offset">): SQL | undefined {
  const { workspaceId, triggerId, workflowId, type, search, errored, startedRun } = filter;
  const { error, runId, data } = triggerEvents;
  const is = (wanted: boolean | undefined, column: typeof error | typeof runId) =>
    wanted === undefined ? undefined : wanted ? isNotNull(column) : isNull(column);
  return and(
    eq(triggerEvents.workspaceId, workspaceId),
    triggerId ? eq(triggerEvents.triggerId, triggerId) : undefined,
    workflowId ? eq(triggerEvents.workflowId, workflowId) : undefined,
    type ? eq(triggerEvents.type, type) : undefined,
    search ? sql`position(lower(${search}) in lower(${data}::text)) > 0` : undefined,
    is(errored, error),
    is(startedRun, runId),
  );
}
