import { describe, expect, test } from "vitest";
import { byteSize, duration, relativeTime } from "./format.ts";

describe("a time is told", () => {
  const now = Date.parse("2026-01-10T12:00:00Z");
  test.each([
    [now, "now"],
    [now - 5_000, "5 sec. ago"],
    [now + 90_000, "in 1 min."],
    [now - 3 * 3_600_000, "3 hr. ago"],
    [now - 30 * 86_400_000, "11/12/2025"],
  ])("%d as %s", (time, text) => expect(relativeTime(time, now)).toBe(text));
});

test.each([
  [12.4, "12 ms"],
  [2_345, "2.3 s"],
  [245_000, "4 min 05 s"],
  [7_500_000, "2 h 05 min"],
])("%d ms are %s", (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [48_000, "48.0 kB"],
  [1_234_567_890, "1.2 GB"],
])("%d bytes are %s", (bytes, text) => expect(byteSize(bytes)).toBe(text));
