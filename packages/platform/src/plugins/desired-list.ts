import { type DesiredList, type DesiredPlugin, desiredListSchema, type Status } from "@noxus/contracts";
import { type Database, notify, pluginStates, plugins, type Queries, revisions } from "@noxus/database";
import { eq, isNull, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import { readHold } from "./plugin-hold.ts";
import { isNameTaken } from "./plugin-name.ts";
import { type PluginRow, readConfig, readSource } from "./plugin-row.ts";

/** Told of each new revision of the desired list. A hint: servers ask with every report. */
export const desiredChannel = "noxus_desired";

/**
 * Counts a change of the desired list, in the transaction that makes it. The counter's row is locked until that commits,
 * so whoever reads a revision reads every change up to it too.
 */
export async function bumpDesired(tx: Queries): Promise<number> {
  const [row] = await tx
    .insert(revisions)
    .values({ name: "desired", value: 1 })
    .onConflictDoUpdate({ target: revisions.name, set: { value: sql`${revisions.value} + 1` } })
    .returning();
  if (!row) throw new Error("The revision was not counted.");
  await notify(tx, desiredChannel, String(row.value));
  return row.value;
}

export async function desiredRevision(db: Queries): Promise<number> {
  const [row] = await db.select().from(revisions).where(eq(revisions.name, "desired"));
  return row?.value ?? 0;
}

/** The full list of desired plugins with everything secret in clear, and its revision, as of one moment. */
export async function readDesiredList({ db }: Pick<Database, "db">, keyring: Keyring): Promise<DesiredList> {
  return db.transaction(
    async (tx) => {
      const revision = await desiredRevision(tx);
      const rows = await tx
        .select()
        .from(plugins)
        .where(isNull(plugins.deletedAt))
        .orderBy(plugins.createdAt);
      const states = await tx
        .select({ id: pluginStates.pluginId, status: pluginStates.status })
        .from(pluginStates);
      const hold = await readHold(tx);
      const statusOf = new Map(states.map(({ id, status }) => [id, status as Status]));
      return desiredListSchema.parse({
        revision,
        ...(hold && { hold }),
        plugins: rows.map((row) => toDesired(row, keyring, statusOf.get(row.id))),
      });
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

function toDesired(row: PluginRow, keyring: Keyring, expected: Status | undefined): DesiredPlugin {
  return {
    id: row.id,
    source: readSource(row, keyring),
    generation: row.generation,
    reloads: row.reloads,
    // Two running plugins of one name would offer the same nodes twice.
    enabled: row.enabled && !isNameTaken(row),
    config: readConfig(row, keyring),
    settings: row.settings as DesiredPlugin["settings"],
    ...(expected && { expectedStatus: expected }),
  };
}
