import type { Queries } from "../connection/connect.ts";
import { sql } from "../drizzle/sql.ts";

/** PostgreSQL refuses a payload of 8,000 bytes or more, and with it the whole transaction. */
const maxPayloadBytes = 7_999;

/**
 * Tells the listeners of a channel, once the transaction commits; a transaction that is rolled back tells nobody.
 *
 * @throws RangeError where the payload is over 7,999 bytes: send an id, not the thing.
 */
export async function notify(tx: Pick<Queries, "execute">, channel: string, payload = ""): Promise<void> {
  const bytes = Buffer.byteLength(payload);
  if (bytes > maxPayloadBytes)
    throw new RangeError(
      `A notification on ${channel} has ${bytes} bytes; PostgreSQL takes ${maxPayloadBytes}.`,
    );
  await tx.execute(sql`select pg_notify(${channel}, ${payload})`);
}
