import { NoxusError } from "@noxus/contracts";

/** What PostgreSQL and its driver say when there is no PostgreSQL to talk to (any more). */
const goneCodes = /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const goneWords =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

/** The error as callers get it where it means that the database is away; undefined where it means something else. */
export function databaseGone(error: Error): NoxusError | undefined {
  if (!isQueryFailure(error) || !causesOf(error).some(isGone)) return undefined;
  return new NoxusError(
    "database_unreachable",
    "PostgreSQL does not answer now. The platform keeps trying; send the request again in a moment.",
    { retryAfterS: 2, cause: error },
  );
}

/** A refused connection to a plugin server has the same codes: only what came from a query counts. */
function isQueryFailure(error: Error): boolean {
  return (
    error.name === "DrizzleQueryError" ||
    error.message.startsWith("Failed query") ||
    goneWords.test(error.message)
  );
}

function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error, ...causesOf(error.cause), ...inner.flatMap(causesOf)];
}

function isGone({ message, ...rest }: Error): boolean {
  const { code } = rest as { code?: unknown };
  return goneWords.test(message) || (typeof code === "string" && goneCodes.test(code));
}
