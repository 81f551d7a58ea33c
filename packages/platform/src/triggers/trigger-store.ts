import { NoxusError } from "@noxus/contracts";
import { type Queries, storableJson, workflowTriggers } from "@noxus/database";
import { and, asc, count, eq } from "@noxus/database/sql";
import { findVersion, isUuid } from "../workflows/workflow-store.ts";

export type TriggerRow = typeof workflowTriggers.$inferSelect;

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
  /** The API key that makes it. */
  createdBy: string;
}

/** @throws NoxusError `not_found` where the workflow has no such version. */
export async function createTrigger(db: Queries, trigger: NewTrigger): Promise<TriggerRow> {
  const { workflowId, workflowVersionId } = trigger;
  if (workflowVersionId !== undefined) await findVersion(db, { id: workflowVersionId, workflowId });
  const [row] = await db
    .insert(workflowTriggers)
    .values({
      ...trigger,
      definition: storableJson(trigger.definition),
      workflowVersionId: workflowVersionId ?? null,
    })
    .returning();
  return row as TriggerRow;
}

/** @throws NoxusError `not_found`, of the trigger or of the version. */
export async function changeTrigger(
  db: Queries,
  { definition, workflowVersionId, ...address }: TriggerAddress & Partial<NewTrigger>,
): Promise<TriggerRow> {
  const row = await findTrigger(db, address);
  if (workflowVersionId !== undefined)
    await findVersion(db, { id: workflowVersionId, workflowId: row.workflowId });
  const [changed = row] = await db
    .update(workflowTriggers)
    .set({
      updatedAt: new Date(),
      ...(definition !== undefined && { definition: storableJson(definition) }),
      ...(workflowVersionId !== undefined && { workflowVersionId }),
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

/** One page of a workflow's triggers, oldest first. */
export async function listTriggers(
  db: Queries,
  { workflowId, limit, offset }: { workflowId: string; limit: number; offset: number },
): Promise<{ rows: TriggerRow[]; total: number }> {
  const own = eq(workflowTriggers.workflowId, workflowId);
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
