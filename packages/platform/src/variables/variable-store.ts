import { NoxusError } from "@noxus/contracts";
import { type Queries, variables } from "@noxus/database";
import { and, eq } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import { isUuid } from "../files/file-records.ts";
import { checkValue, type ValueType } from "./variable-value.ts";

export type VariableRow = typeof variables.$inferSelect;

export interface Variable {
  name: string;
  kind: VariableRow["kind"];
  valueType: ValueType;
  value: string | null | undefined;
}

/** @throws NoxusError `conflict` where the workspace has one of this name, `invalid_request` for a value of another type. */
export async function createVariable(
  db: Queries,
  keyring: Keyring,
  { workspaceId, ...variable }: Variable & { workspaceId: string },
): Promise<VariableRow> {
  const [row] = await db
    .insert(variables)
    .values({ workspaceId, ...columnsOf(variable, keyring) })
    .onConflictDoNothing()
    .returning();
  if (row) return row;
  throw nameTaken(variable.name);
}

/**
 * Changes what is given and keeps the rest.
 *
 * @throws NoxusError `not_found`, `conflict`, `invalid_request`.
 */
export async function changeVariable(
  db: Queries,
  keyring: Keyring,
  { id, workspaceId, ...change }: Partial<Variable> & { id: string; workspaceId: string },
): Promise<VariableRow> {
  const row = await findVariable(db, { id, workspaceId });
  if (row.kind === "secret" && change.kind === "variable" && change.value === undefined)
    throw new NoxusError(
      "conflict",
      `The secret "${row.name}" is not shown again, so it becomes a plain variable only together with a new inline_value.`,
    );
  if (
    change.name !== undefined &&
    change.name !== row.name &&
    (await nameIsTaken(db, workspaceId, change.name))
  )
    throw nameTaken(change.name);
  const kept = { name: row.name, kind: row.kind, valueType: row.valueType as ValueType };
  const value = change.value === undefined ? openValue(row, keyring) : change.value;
  const [changed = row] = await db
    .update(variables)
    .set({ ...columnsOf({ ...kept, ...change, value }, keyring), updatedAt: new Date() })
    .where(eq(variables.id, row.id))
    .returning();
  return changed;
}

/** @throws NoxusError `not_found`, the same for a variable of another workspace as for none. */
export async function findVariable(
  db: Queries,
  { id, workspaceId }: { id: string; workspaceId: string },
): Promise<VariableRow> {
  const own = and(eq(variables.id, id), eq(variables.workspaceId, workspaceId));
  const [row] = isUuid(id) ? await db.select().from(variables).where(own) : [];
  if (row) return row;
  throw new NoxusError("not_found", `There is no variable ${id} in this workspace.`);
}

/** The value in clear; null where there is none. */
export function openValue({ valueEncrypted }: VariableRow, keyring: Keyring): string | null {
  return valueEncrypted === null ? null : keyring.open(valueEncrypted);
}

function columnsOf({ name, kind, valueType, value }: Variable, keyring: Keyring) {
  if (typeof value === "string") checkValue(value, valueType);
  return { name, kind, valueType, valueEncrypted: typeof value === "string" ? keyring.seal(value) : null };
}

async function nameIsTaken(db: Queries, workspaceId: string, name: string): Promise<boolean> {
  const same = and(eq(variables.workspaceId, workspaceId), eq(variables.name, name));
  return (await db.select({ id: variables.id }).from(variables).where(same)).length > 0;
}

function nameTaken(name: string): NoxusError {
  return new NoxusError(
    "conflict",
    `The workspace has a variable "${name}" already. Change that one, or choose another name.`,
  );
}
