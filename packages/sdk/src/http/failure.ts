import { stderrLog } from "../call/log.ts";
import { ConfigError } from "../errors/config-error.ts";
import { UnknownComponentError } from "../errors/unknown-component-error.ts";
import { isUserError } from "../errors/user-error.ts";
import { BodyError } from "./request-body.ts";

/** An output that cannot be written as JSON. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** What an error is over HTTP, as the published SDK answers it. A bug's text is for the log only. */
export function failureOf(error: unknown, what: string): { status: number; body: object } {
  if (error instanceof BodyError) return { status: 422, body: { detail: error.problems } };
  if (error instanceof UnknownComponentError) return { status: 404, body: { detail: error.message } };
  if (error instanceof ConfigError)
    return { status: 422, body: { error: "Validation Error", detail: error.problems } };
  if (isUserError(error) || error instanceof OutputError)
    return { status: 400, body: { error: "Bad Request", detail: error.message } };
  stderrLog.error(
    `${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return {
    status: 500,
    body: { error: "Internal Server Error", detail: "An unexpected error occurred" },
  };
}
