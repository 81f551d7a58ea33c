import { isNoxusError, NoxusError, type RunError } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";

/**
 * `cancelled` and `paused` by a user; `deadline`: the run's time is up; `suspended`: all that is left of it waits; `lost`:
 * the lease or the way to the database; `handed_over` because this worker stops.
 */
export type Interruption = "cancelled" | "paused" | "deadline" | "suspended" | "lost" | "handed_over";

/** Why a run is to stop before its end; the reason of its signal. */
export class RunInterrupted extends Error {
  override readonly name = "RunInterrupted";
  readonly kind: Interruption;

  constructor(kind: Interruption, cause?: unknown) {
    super(`The run was ${kind.replace("_", " ")}.`, { cause });
    this.kind = kind;
  }
}

/** Characters of an error's words that a run keeps: each event and row that tells of it holds them. */
const mostWords = 16_384;

/** A thrown value as the run keeps it: our code, or `node_failed`, with the words of whoever threw it. */
export function toRunError(error: unknown, node?: GraphNode): RunError {
  const known = isNoxusError(error) ? error : undefined;
  const words = shortened(error instanceof Error ? error.message : String(error));
  return {
    code: known?.code ?? "node_failed",
    message: node ? `Node "${node.title}" failed: ${words}` : words,
    ...(node && { nodeId: node.id }),
    ...(known?.data && { data: known.data }),
    ...(known?.fields && { fields: known.fields }),
  };
}

function shortened(words: string): string {
  if (words.length <= mostWords) return words;
  return `${words.slice(0, mostWords)} … (${words.length - mostWords} more characters)`;
}

/** What a node's own deadline is answered with. */
export function nodeTimeout(timeoutMs: number): NoxusError {
  return new NoxusError("node_timeout", `it ran longer than its limit of ${timeoutMs / 1000} s.`);
}

/** What a run that took longer than it may fails with. */
export function runDeadlineExceeded(deadline: string): NoxusError {
  return new NoxusError(
    "run_deadline_exceeded",
    `The run did not end by its deadline (${deadline}). Give it a longer timeout_seconds, or restart it: what it has finished is kept.`,
  );
}
