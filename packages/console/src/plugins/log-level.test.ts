import { expect, test } from "vitest";
import { levelOf } from "./log-level.ts";

test.each([
  ["2026-11-23 02:39:39 | ERROR    | tools:run:20 - no", "bad"],
  ["Traceback (most recent call last):", "bad"],
  ["ValueError: bad value", "bad"],
  ["WARNING: old", "warn"],
  ["2026-11-23 | INFO | ready", undefined],
  ["no errors at all", undefined],
])("%s", (text, level) => expect(levelOf({ text })).toBe(level));
