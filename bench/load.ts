/** Bounded load from one process, and the figures of it. Ratios are taken block by block, so that a noisy machine hurts both sides alike. */

/** Latencies in ms, of calls that all succeeded. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

export type Call = () => Promise<void>;

/** Calls one after another. */
export async function latencies(call: Call, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times;
}

/** Calls per second with `concurrency` calls in flight. */
export async function throughput(
  call: Call,
  { concurrency, count }: { concurrency: number; count: number },
): Promise<number> {
  let left = count;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        await call();
      }
    }),
  );
  return (count / (performance.now() - start)) * 1000;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function toLatency(times: readonly number[]): Latency {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) };
}

/** Two ways of doing the same, in turn: A B A B … Gives each side's figures and the median of the ratios B / A by block. */
export async function compareLatency({
  a,
  b,
  blocks,
  count,
}: {
  a: Call;
  b: Call;
  blocks: number;
  count: number;
}) {
  // Enough calls for both ways to be compiled: a server works for days, and its first hundred calls say little of them.
  await latencies(a, count * 2);
  await latencies(b, count * 2);
  const [timesA, timesB, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let block = 0; block < blocks; block += 1) {
    const [blockA, blockB] = [await latencies(a, count), await latencies(b, count)];
    timesA.push(...blockA);
    timesB.push(...blockB);
    ratios.push(median(blockB) / median(blockA));
  }
  return { a: toLatency(timesA), b: toLatency(timesB), ratio: median(ratios) };
}

/** As `compareLatency`, for calls per second. */
export async function compareThroughput({
  a,
  b,
  blocks,
  ...load
}: {
  a: Call;
  b: Call;
  blocks: number;
  concurrency: number;
  count: number;
}) {
  const [ratesA, ratesB, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let block = 0; block < blocks; block += 1) {
    const [rateA, rateB] = [await throughput(a, load), await throughput(b, load)];
    ratesA.push(rateA);
    ratesB.push(rateB);
    ratios.push(rateB / rateA);
  }
  return { a: median(ratesA), b: median(ratesB), ratio: median(ratios) };
}
