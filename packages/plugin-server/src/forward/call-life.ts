import { NoxusError } from "@noxus/contracts";

/** One call's end from our side: its deadline, or its caller that goes away. */
export interface CallLife {
  readonly signal: AbortSignal;
  /** When the deadline ends it, as `performance.now()` tells time. */
  readonly deadlineAt: number;
  /** For the error, where the deadline or the caller ends the call. */
  setStarted(started: "no" | "perhaps"): void;
  /** Frees the timer and lets go of the caller's signal. */
  end(): void;
}

/** Plain timers and listeners instead of composed signals: this is on the way of every call. */
export function startCallLife(deadlineMs: number, clientSignal: AbortSignal): CallLife {
  const controller = new AbortController();
  let started: "no" | "perhaps" = "no";
  const onDeadline = () =>
    controller.abort(
      new NoxusError(
        "call_deadline_exceeded",
        `The call took longer than its deadline of ${deadlineMs} ms.`,
        {
          data: { started, deadlineMs },
        },
      ),
    );
  const onGone = () =>
    controller.abort(new NoxusError("call_cancelled", "The caller went away.", { data: { started } }));
  // Timers hold 31 bits; 24 days are as good as for ever.
  const timer = setTimeout(onDeadline, Math.min(deadlineMs, 2 ** 31 - 1));
  clientSignal.addEventListener("abort", onGone, { once: true });
  if (clientSignal.aborted) onGone();
  return {
    signal: controller.signal,
    deadlineAt: performance.now() + deadlineMs,
    setStarted(value) {
      started = value;
    },
    end() {
      clearTimeout(timer);
      clientSignal.removeEventListener("abort", onGone);
    },
  };
}
