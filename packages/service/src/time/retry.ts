import pRetry, { AbortError } from "p-retry";

export interface RetryOptions {
  /** Attempts in all; `Infinity` by default. */
  attempts?: number;
  /** First wait in ms; doubles each time. 200 by default. */
  firstMs?: number;
  /** Longest wait in ms; 10,000 by default. */
  capMs?: number;
  /** Whether this error is worth another try; all are by default. */
  retryIf?: (error: unknown) => boolean;
  /** Told of every failure that will be tried again. */
  onFailure?: (error: unknown, attempt: number) => void;
  signal: AbortSignal;
}

/** Calls until it succeeds, with back-off and jitter. Rejects with the last error, or the signal's reason. */
export async function retry<T>(call: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const {
    attempts = Number.POSITIVE_INFINITY,
    firstMs = 200,
    capMs = 10_000,
    retryIf = () => true,
    onFailure,
    signal,
  } = options;
  return pRetry(
    async (attempt) => {
      try {
        return await call(attempt);
      } catch (error) {
        if (!retryIf(error)) throw new AbortError(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    },
    {
      retries: attempts - 1,
      minTimeout: firstMs,
      maxTimeout: capMs,
      factor: 2,
      randomize: true,
      signal,
      onFailedAttempt: ({ error, attemptNumber }) => onFailure?.(error, attemptNumber),
    },
  );
}
