import type { ServerResponse } from "node:http";
import { type CallProgress, progressHeader } from "@noxus/contracts";
import { type NewestOnly, newestOnly } from "@noxus/service";

/** A caller is told at most so often. */
const everyMs = 250;

/**
 * Tells the caller how far its call is, before the answer: each as an informational response (103) with the progress in a
 * header. The answer itself is what it would be without. For callers that asked for it: others may not expect a 103.
 */
export function progressTeller(response: ServerResponse): NewestOnly<CallProgress> {
  // Most calls tell of none.
  let teller: NewestOnly<CallProgress> | undefined;
  return {
    push(progress) {
      teller ??= tellerOf(response);
      teller.push(progress);
    },
    [Symbol.dispose]: () => teller?.[Symbol.dispose](),
  };
}

function tellerOf(response: ServerResponse): NewestOnly<CallProgress> {
  const teller = newestOnly<CallProgress>(everyMs, (progress) => {
    if (response.headersSent || response.destroyed) return;
    response.writeEarlyHints({
      // Node sends no hints without a link; this one says what they are.
      link: "<>; rel=progress",
      [progressHeader]: encodeURIComponent(JSON.stringify(progress)),
    });
  });
  response.once("close", () => teller[Symbol.dispose]());
  return teller;
}
