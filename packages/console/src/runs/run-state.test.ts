import { expect, test } from "vitest";
import type { FullRun, NodeRun } from "../api/runs.ts";
import { nodeStates, waterfall } from "./run-state.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const nodeRun = (node_id: string, status: string, more: Partial<NodeRun> = {}) =>
  ({
    node_id,
    status,
    attempt: 1,
    item: null,
    ready_at: null,
    started_at: null,
    finished_at: null,
    ...more,
  }) as NodeRun;

test("a node has the state of its newest attempt; what was not reached is told from what waits, and was left out when the run is over", () => {
  const nodes = [nodeRun("a", "completed"), nodeRun("b", "failed"), nodeRun("b", "running", { attempt: 2 })];
  const ids = ["a", "b", "c"];
  expect(nodeStates({ status: "running", nodes }, ids)).toEqual({
    a: "completed",
    b: "retrying",
    c: "unreached",
  });
  const ended = { status: "failed" as const, nodes: [nodeRun("a", "completed"), nodeRun("b", "failed")] };
  expect(nodeStates(ended, ids)).toEqual({ a: "completed", b: "failed", c: "skipped" });
});

test("of a list that was mapped over a node, one failed item makes it failed", () => {
  const nodes = [
    nodeRun("a", "completed", { item: 1 }),
    nodeRun("a", "failed", { item: 2 }),
    nodeRun("a", "completed", { item: 3 }),
  ];
  expect(nodeStates({ status: "failed", nodes }, ["a"])).toEqual({ a: "failed" });
});

test("the waterfall shows waiting and calling in their part of the run", () => {
  const nodes = [
    nodeRun("late", "running", { ready_at: at(5), started_at: at(6) }),
    nodeRun("early", "completed", { ready_at: at(0), started_at: at(1), finished_at: at(5) }),
  ];
  const run = { status: "running", created_at: at(0), started_at: at(0), nodes } as unknown as FullRun;
  const bars = waterfall(run, Date.parse(at(10)));
  expect(
    bars.map(({ nodeRun: { node_id }, waitFrom, callFrom, until, ms }) => [
      node_id,
      waitFrom,
      callFrom,
      until,
      ms,
    ]),
  ).toEqual([
    ["early", 0, 10, 50, 5_000],
    ["late", 50, 60, 100, undefined],
  ]);
});
