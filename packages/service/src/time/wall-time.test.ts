import { expect, test } from "vitest";
import { shiftWallClock } from "../../../../fixtures/wall-clock.ts";
import { wallTimeOf } from "./wall-time.ts";

test("a moment is told as the clock shows it now, also after the clock was set", () => {
  const inTenSeconds = performance.now() + 10_000;
  const aheadMs = () => Math.round((wallTimeOf(inTenSeconds).getTime() - Date.now()) / 1000) * 1000;
  expect(aheadMs()).toBe(10_000);
  const before = Date.now();
  using _clock = shiftWallClock(-3_600_000);
  expect(Date.now()).toBeLessThan(before - 3_500_000);
  expect(aheadMs()).toBe(10_000);
});
