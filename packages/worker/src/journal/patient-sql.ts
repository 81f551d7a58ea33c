import { type Logger, retry } from "@noxus/service";
import { RunInterrupted } from "../graph/run-error.ts";
import type { Sql } from "./sql.ts";

export interface PatientSqlOptions {
  /** How long a statement is tried again where PostgreSQL is away. */
  patienceMs: number;
  logger: Logger;
  /** Ends the patience: the worker is to stop. */
  signal: AbortSignal;
}

/**
 * SQL that waits for a PostgreSQL that is away, as while it restarts: a run under way must not end with it. Only for
 * statements that may come twice, because an answer that is lost does not say whether the statement was executed.
 *
 * @returns `query` rejects with RunInterrupted `lost` where PostgreSQL stays away, and as ever where it refuses.
 */
export function patientSql(sql: Sql, { patienceMs, logger, signal }: PatientSqlOptions): Sql {
  const query = async (...statement: Parameters<Sql["query"]>): Promise<unknown> => {
    const until = performance.now() + patienceMs;
    const never = new AbortController().signal;
    return retry(() => Promise.resolve(sql.query(...statement)), {
      firstMs: 50,
      capMs: 500,
      retryIf: (error) => isAway(error) && !signal.aborted && performance.now() < until,
      onFailure: (error, attempt) =>
        logger.warn({ err: error, attempt }, "PostgreSQL is away; a run waits for it"),
      signal: never,
    }).catch((error: unknown) => {
      throw isAway(error) ? new RunInterrupted("lost", error) : error;
    });
  };
  return { query: query as Sql["query"] };
}

/** Connection failures, too many connections, shutting down and starting up, a standby, broken-off transactions. */
const awayStates = /^(08|53|57P0|40|25006)/;

/** Whether the same statement may succeed later: whatever is no answer of PostgreSQL's, and some that are. */
function isAway(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  const isAnswer = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
  return isAnswer ? awayStates.test(code) : true;
}
