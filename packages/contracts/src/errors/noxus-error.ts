import { type ErrorCode, errorCodes } from "./codes.ts";

/** One problem at one place: `path` as in `config.api_key` or `nodes[2].inputs.text`. */
export interface FieldProblem {
  path: string;
  message: string;
}

export interface NoxusErrorOptions {
  /** The status instead of the code's own. */
  status?: number;
  fields?: FieldProblem[];
  /** Anything a program may act on (depth of a queue, nearest names, exit code …); never a secret. */
  data?: Record<string, unknown>;
  /** Seconds; becomes the Retry-After header. */
  retryAfterS?: number;
  cause?: unknown;
}

/**
 * An error with a stable code, for the user to act on: the message says what was expected, what came and what to do
 * next. Everything else that is thrown is a fault of ours and answered as `internal`.
 */
export class NoxusError extends Error {
  override readonly name = "NoxusError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: FieldProblem[] | undefined;
  readonly data: Record<string, unknown> | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, options: NoxusErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? errorCodes[code][0];
    this.fields = options.fields;
    this.data = options.data;
    this.retryAfterS = options.retryAfterS;
  }
}

/** Whether a thrown value is one of ours with this code (or with any, where none is given). */
export function isNoxusError(error: unknown, code?: ErrorCode): error is NoxusError {
  return error instanceof NoxusError && (code === undefined || error.code === code);
}
