import { timingSafeEqual } from "node:crypto";

/** Whether two keys are the same, in a time that tells their length at most, not how much of them is the same. */
export function sameKey(given: string, expected: string): boolean {
  return keyMatcher(expected)(given);
}

/** As `sameKey`, with the expected key's share of the work done once: for the way of every request. */
export function keyMatcher(expected: string): (given: string) => boolean {
  const wanted = Buffer.from(expected);
  return (given) => {
    const bytes = Buffer.from(given);
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  };
}
