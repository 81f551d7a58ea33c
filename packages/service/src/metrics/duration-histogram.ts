import type { Sample } from "./scraped-metric.ts";

/** From half a millisecond, a call to a plugin on stdio, to five minutes, the longest that a node usually may take. */
export const durationBucketsS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const;

/** Durations counted by size: an observation is a short search and three additions, cheap enough for every call. */
export class DurationHistogram {
  readonly #counts = new Array<number>(durationBucketsS.length + 1).fill(0);
  #sumMs = 0;
  #count = 0;

  observe(ms: number): void {
    let bucket = 0;
    while (bucket < durationBucketsS.length && ms > (durationBucketsS[bucket] as number) * 1000) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sumMs += ms;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  /** The histogram's lines, cumulative and in seconds as Prometheus has them. */
  samples(labels: Record<string, string>): Sample[] {
    let sum = 0;
    const buckets = this.#counts.map((count, index) => {
      sum += count;
      return {
        labels: { le: durationBucketsS[index] ?? "+Inf", ...labels },
        value: sum,
        suffix: "_bucket",
      };
    });
    return [
      ...buckets,
      { labels, value: this.#sumMs / 1000, suffix: "_sum" },
      { labels, value: this.#count, suffix: "_count" },
    ];
  }
}
