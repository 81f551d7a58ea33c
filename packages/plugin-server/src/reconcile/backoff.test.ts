import { expect, test } from "vitest";
import { backoffMs, defaultBackoff } from "./backoff.ts";

const waits = (crash: boolean) =>
  Array.from({ length: 8 }, (_, index) => backoffMs(index + 1, crash, defaultBackoff) / 1000);

test("what crashes is started at once, then after 10 s doubling to 300 s", () => {
  expect(waits(true)).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

test("what fails on its way is not tried at once", () => {
  expect(waits(false)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
});
