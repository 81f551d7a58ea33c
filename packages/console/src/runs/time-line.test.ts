import { expect, test } from "vitest";
import type { FullRun, NodeRun } from "../api/runs.ts";
import { roundLength, timeLine } from "./time-line.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const nodeRun = (node_id: string, more: Partial<NodeRun>) =>
  ({ node_id, attempt: 1, item: null, finished_at: null, call_ms: null, ...more }) as NodeRun;
const run = (more: Partial<FullRun>) =>
  ({ status: "running", created_at: at(0), started_at: at(1), definition: {}, ...more }) as FullRun;

test("tells waiting, starting and calling apart, in the order in which nodes could start", () => {
  const nodes = [
    nodeRun("late", { ready_at: at(5), started_at: at(6) }),
    nodeRun("early", { ready_at: at(1), started_at: at(2), finished_at: at(5), call_ms: 2_500 }),
  ];
  const { queuedMs, lengthMs, bars } = timeLine(run({ nodes }), Date.parse(at(9)));
  expect({ queuedMs, lengthMs }).toEqual({ queuedMs: 1_000, lengthMs: 10_000 });
  expect(bars.map(({ nodeRun: { node_id }, ...times }) => [node_id, ...Object.values(times)])).toEqual([
    ["early", 1_000, 2_000, 2_500, 5_000, false],
    ["late", 5_000, 6_000, 6_000, 9_000, true],
  ]);
});

test("what could start in one moment is in the workflow's order", () => {
  const nodes = ["c", "a", "b"].map((id) => nodeRun(id, { ready_at: at(1), started_at: at(1) }));
  const definition = { nodes: ["a", "b", "c"].map((id) => ({ id, type: "T" })) };
  const { bars } = timeLine(run({ nodes, definition }), Date.parse(at(2)));
  expect(bars.map((bar) => bar.nodeRun.node_id)).toEqual(["a", "b", "c"]);
});

test("what was kept of an earlier run took no time of this one", () => {
  const nodes = [nodeRun("kept", { ready_at: at(-60), started_at: at(-60), reused: true })];
  expect(timeLine(run({ nodes }), Date.parse(at(2))).bars).toEqual([]);
});

test("a run that waits for a worker has waited until now", () => {
  expect(timeLine(run({ nodes: [], started_at: null }), Date.parse(at(3))).queuedMs).toBe(3_000);
});

test.each([
  [0, 10],
  [10, 10],
  [11, 12],
  [999, 1_000],
  [1_001, 1_200],
  [61_000, 80_000],
])("%i ms are drawn within %i", (ms, round) => expect(roundLength(ms)).toBe(round));
