import { expect, test, vi } from "vitest";
import { newestOnly } from "./newest-only.ts";

test("the first is told at once, then the newest after a while, and the last at the end", () => {
  vi.useFakeTimers();
  try {
    const told: number[] = [];
    const values = newestOnly<number>(100, (value) => told.push(value));
    for (const value of [1, 2, 3]) values.push(value);
    expect(told).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(told).toEqual([1, 3]);
    vi.advanceTimersByTime(500);
    values.push(4);
    expect(told).toEqual([1, 3, 4]);
    values.push(5);
    values[Symbol.dispose]();
    vi.advanceTimersByTime(500);
    expect(told).toEqual([1, 3, 4, 5]);
  } finally {
    vi.useRealTimers();
  }
});
