import type { Hold } from "@noxus/contracts";
import { type Database, holds, type Queries } from "@noxus/database";
import { eq, sql } from "@noxus/database/sql";
import { bumpDesired } from "./desired-list.ts";

const name = "plugins";

/** Why all plugins are held, where they are. */
export async function readHold(db: Queries): Promise<Hold | undefined> {
  const [row] = await db.select().from(holds).where(eq(holds.name, name));
  return row && { reason: row.reason, since: row.since.toISOString() };
}

/** Holds all plugins on every server, also on those that come later, until `endHold`. */
export async function beginHold({ db }: Database, reason: string): Promise<void> {
  await db.transaction(async (tx) => {
    const values = { reason, since: sql`now()` };
    await tx
      .insert(holds)
      .values({ name, ...values })
      .onConflictDoUpdate({ target: holds.name, set: values });
    await bumpDesired(tx);
  });
}

export async function endHold({ db }: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(holds).where(eq(holds.name, name));
    await bumpDesired(tx);
  });
}
