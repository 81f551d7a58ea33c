import { expect, test } from "vitest";
import type { NodeRun } from "../api/runs.ts";
import type { TimeBar } from "./time-line.ts";
import { indexOfCall, timeRows } from "./time-rows.ts";

const bar = (node_id: string, run: Partial<NodeRun>, times: Partial<TimeBar> = {}): TimeBar => ({
  nodeRun: { node_id, item: null, attempt: 1, status: "completed", ...run } as NodeRun,
  ...{ ready: 0, started: 1, called: 2, ended: 3, goesOn: false },
  ...times,
});
const named = (rows: ReturnType<typeof timeRows>) =>
  rows.map(({ nodeRun: { node_id, item, attempt } }) => [node_id, item, attempt]);

test("the attempts of a node are rows below each other", () => {
  const bars = [bar("a", { status: "failed" }), bar("b", {}), bar("a", { attempt: 2 })];
  expect(named(timeRows(bars, new Set()))).toEqual([
    ["a", null, 1],
    ["a", null, 2],
    ["b", null, 1],
  ]);
});

test("the items of a list are one row, which says how many have ended, until it is opened", () => {
  const bars = [
    bar("a", { item: 10 }, { ended: 9 }),
    bar("a", { item: 2, status: "failed" }),
    bar("a", { item: 2, attempt: 2 }, { ready: 1 }),
    bar("a", { item: 3, status: "running" }, { goesOn: true, ended: 20 }),
  ];
  expect(timeRows(bars, new Set())).toMatchObject([
    { ready: 0, ended: 20, goesOn: true, items: { count: 3, ended: 2, failed: 0, open: false } },
  ]);
  expect(named(timeRows(bars, new Set(["a"])))).toEqual([
    ["a", null, 1],
    ["a", 2, 1],
    ["a", 2, 2],
    ["a", 3, 1],
    ["a", 10, 1],
  ]);
});

test("when the node as a whole has ended, its row is that of its items", () => {
  const bars = [bar("a", { item: 0 }), bar("a", { outputs: { all: [] } }, { ended: 5 })];
  expect(timeRows(bars, new Set())).toMatchObject([{ nodeRun: { outputs: { all: [] } }, goesOn: false }]);
});

test("the chosen call is found among the rows, or its node where that is closed", () => {
  const bars = [bar("b", {}), bar("a", { item: 0 }), bar("a", { item: 1 })];
  const chosen = { node_id: "a", item: 1, attempt: 1 };
  expect(indexOfCall(timeRows(bars, new Set(["a"])), chosen)).toBe(3);
  expect(indexOfCall(timeRows(bars, new Set()), chosen)).toBe(1);
  expect(indexOfCall(timeRows(bars, new Set()), undefined)).toBe(-1);
});
