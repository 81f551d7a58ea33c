import { createHash } from "node:crypto";
import { NoxusError } from "@noxus/contracts";
import { idempotentStarts, type Queries, type RunRow, runs } from "@noxus/database";
import { and, eq } from "@noxus/database/sql";

/** A start that its client may send again without a second run. */
export interface IdempotentStart {
  workspaceId: string;
  /** The client's Idempotency-Key. */
  key: string;
  /** What the key stands for; the same key with anything else is refused. */
  fingerprint: string;
}

/** A name of the client's choosing, not a place to keep things. */
const maxKeyLength = 255;

/**
 * @param what Everything that decides what is started.
 * @throws NoxusError `invalid_request` where the key is longer than 255 characters.
 */
export function idempotentStart(workspaceId: string, key: string, what: unknown): IdempotentStart {
  if (key.length > maxKeyLength)
    throw new NoxusError(
      "invalid_request",
      `The Idempotency-Key has ${key.length} characters; at most ${maxKeyLength} are taken.`,
    );
  return { workspaceId, key, fingerprint: createHash("sha256").update(JSON.stringify(what)).digest("hex") };
}

/**
 * The run that was started under the key before, as it was then.
 *
 * @throws NoxusError `idempotency_key_reused` where the key stands for another start.
 */
export async function findStarted(
  db: Pick<Queries, "select">,
  { workspaceId, key, fingerprint }: IdempotentStart,
): Promise<RunRow | undefined> {
  const [found] = await db
    .select({ run: runs, fingerprint: idempotentStarts.fingerprint })
    .from(idempotentStarts)
    .innerJoin(runs, eq(runs.id, idempotentStarts.runId))
    .where(and(eq(idempotentStarts.workspaceId, workspaceId), eq(idempotentStarts.key, key)));
  if (found && found.fingerprint !== fingerprint)
    throw new NoxusError(
      "idempotency_key_reused",
      `The Idempotency-Key "${key}" was used for another start (run ${found.run.id}). Take a new key for each thing that you start.`,
    );
  return found && asStarted(found.run);
}

/** Whether the key is the run's now; another request with the same key may have come first. */
export async function claimKey(
  tx: Queries,
  { workspaceId, key, fingerprint }: IdempotentStart,
  runId: string,
): Promise<boolean> {
  const values = { workspaceId, key, fingerprint, runId };
  const claimed = await tx.insert(idempotentStarts).values(values).onConflictDoNothing().returning();
  return claimed.length > 0;
}

/** The answer is to be the same again, whatever has become of the run. */
function asStarted(run: RunRow): RunRow {
  return {
    ...run,
    status: "queued",
    progress: 0,
    output: null,
    error: null,
    pauseRequestedAt: null,
    wakeAt: null,
    startedAt: null,
    finishedAt: null,
  };
}
