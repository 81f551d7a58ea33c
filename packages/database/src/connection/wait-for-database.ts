import { setTimeout as delay } from "node:timers/promises";
import { NoxusError } from "@noxus/contracts";
import pg from "pg";
import { addressWithoutPassword } from "./address-without-password.ts";

/** One failed try; the next one comes in `retryInMs`. */
export interface Waiting {
  /** `database_unreachable`, to log or to show as it is: it holds no password. */
  error: NoxusError;
  attempt: number;
  retryInMs: number;
}

export interface WaitForDatabaseOptions {
  url: string;
  onWaiting?: (waiting: Waiting) => void;
  signal: AbortSignal;
}

const firstWaitMs = 100;
/** So that a database that comes back is noticed within seconds, however long it was away. */
const longestWaitMs = 5_000;

/**
 * Resolves when PostgreSQL answers a query. Keeps trying for ever, whatever the reason: a wrong password or a missing
 * database can be put right while the program waits. The loop is its own because it needs the wait's length to tell,
 * and this package may not use the service's retry.
 *
 * @throws the signal's reason.
 */
export async function waitForDatabase({ url, onWaiting, signal }: WaitForDatabaseOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const failure = await probe(url);
    if (failure === undefined) return;
    const retryInMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt - 1, 16));
    onWaiting?.({ error: unreachable(url, failure), attempt, retryInMs });
    await delay(retryInMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** What stands in the way of one query; undefined where nothing does. */
async function probe(url: string): Promise<Error | undefined> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
    client.on("error", () => {});
    await client.connect();
    await client.query("select 1");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await client?.end().catch(() => {});
  }
}

function unreachable(url: string, cause: Error): NoxusError {
  const where = addressWithoutPassword(url);
  return new NoxusError(
    "database_unreachable",
    `PostgreSQL at ${where} does not answer: ${reason(cause)}. The program keeps trying; check that PostgreSQL runs there and that DATABASE_URL is right.`,
    { cause: new Error(reason(cause)) },
  );
}

/** A refused connection to a name with several addresses comes as an AggregateError without a message. */
function reason(error: Error): string {
  const inner = error instanceof AggregateError ? error.errors : [error];
  const texts = inner.map((each) => (each instanceof Error ? each.message : String(each)));
  return [...new Set(texts)].filter(Boolean).join("; ") || error.name;
}
