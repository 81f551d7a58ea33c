const hourMs = 3_600_000;

/** Times back from now that the list of runs can be narrowed to, as its address names them; ms. */
export const sinceWords = {
  "1h": hourMs,
  "24h": 24 * hourMs,
  "7d": 168 * hourMs,
  "30d": 720 * hourMs,
} as const;
/** One of them. */
export type Since = keyof typeof sinceWords;

/** Whether an address names one of them. */
export function isSince(word: unknown): word is Since {
  return typeof word === "string" && Object.hasOwn(sinceWords, word);
}

/** When that was, ISO. */
export function sinceTime(word: Since, now: number): string {
  return new Date(now - sinceWords[word]).toISOString();
}
