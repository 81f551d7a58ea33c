import { hash, timingSafeEqual } from "node:crypto";

/** Whether two keys are the same, in a time that does not tell how much of them is. */
export function sameKey(given: string, expected: string): boolean {
  return keyMatcher(expected)(given);
}

/** As `sameKey`, with the expected key's share of the work done once: for the way of every request. */
export function keyMatcher(expected: string): (given: string) => boolean {
  const wanted = digest(expected);
  return (given) => timingSafeEqual(digest(given), wanted);
}

const digest = (key: string): Buffer => hash("sha256", key, "buffer");
