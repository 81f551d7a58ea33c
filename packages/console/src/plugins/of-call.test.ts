import { expect, test } from "vitest";
import { isOfCall } from "./of-call.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const line = (second: number, more: { runId?: string; nodeId?: string } = {}) =>
  ({ at: at(second), stream: "stdout", text: "", ...more }) as const;
const call = { run: "r", node: "n", from: at(10), until: at(20) };

test("a call's lines are those that name it, and those that came meanwhile and name none", () => {
  expect(isOfCall(line(5, { runId: "r", nodeId: "n" }), call)).toBe(true);
  expect(isOfCall(line(15, { runId: "r", nodeId: "other" }), call)).toBe(false);
  expect(isOfCall(line(15, { runId: "other", nodeId: "n" }), call)).toBe(false);
  expect([9, 10, 20, 21].map((second) => isOfCall(line(second), call))).toEqual([false, true, true, false]);
});

test("a call that goes on has all lines since its start, and without a call every line is shown", () => {
  expect(isOfCall(line(99), { run: "r", node: "n", from: at(10) })).toBe(true);
  expect(isOfCall(line(15), { run: "r" })).toBe(false);
  expect(isOfCall(line(15, { runId: "other" }), {})).toBe(true);
});
