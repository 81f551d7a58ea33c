import { NoxusError } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";

interface Bucket {
  /** Requests that may still come at once. */
  tokens: number;
  /** When they were counted, in ms of the monotonic clock. */
  at: number;
}

/** Keys that have been quiet are forgotten when there are more, so that the memory does not grow with them. */
const maxBuckets = 10_000;

/**
 * Requests of each API key, in this process: a bucket of one minute's worth that fills steadily, so that a burst is
 * fine and a flood is not. Counted after the key is known; plugin servers are not counted.
 *
 * @param perMinute 0 for no limit.
 */
export function limitRates(server: HttpServer, perMinute: number): void {
  if (perMinute === 0) return;
  const buckets = new Map<string, Bucket>();
  server.addHook("onRequest", async ({ access }) => {
    if (!access) return;
    const waitMs = take(buckets, access.keyId, { perMinute, now: performance.now() });
    if (waitMs === 0) return;
    throw new NoxusError(
      "rate_limited",
      `The key ${access.keyPrefix}… has made more than ${perMinute} requests a minute. Come back in ${Math.ceil(waitMs / 1000)} s.`,
      { retryAfterS: waitMs / 1000 },
    );
  });
}

/** Milliseconds until the key may ask again; 0 where it may now, which is counted. */
export function take(
  buckets: Map<string, Bucket>,
  key: string,
  { perMinute, now }: { perMinute: number; now: number },
): number {
  const perMs = perMinute / 60_000;
  const bucket = buckets.get(key) ?? { tokens: perMinute, at: now };
  const tokens = Math.min(perMinute, bucket.tokens + (now - bucket.at) * perMs);
  if (!buckets.has(key) && buckets.size >= maxBuckets) forgetFull(buckets, { perMinute, now });
  buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
  return tokens >= 1 ? 0 : (1 - tokens) / perMs;
}

/** A bucket that is full by now is the same as none. */
function forgetFull(
  buckets: Map<string, Bucket>,
  { perMinute, now }: { perMinute: number; now: number },
): void {
  for (const [key, { tokens, at }] of buckets)
    if (tokens + ((now - at) * perMinute) / 60_000 >= perMinute) buckets.delete(key);
}
