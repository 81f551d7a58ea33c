import { expect, test } from "vitest";
import type { NodeRun } from "../api/runs.ts";
import { callToShow, failedNode, nodeStates } from "./run-state.ts";

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

test("of a node's calls, what failed is shown first, then what waits, then the whole", () => {
  const items = [nodeRun("a", "completed", { item: 0 }), nodeRun("a", "completed", { item: 1 })];
  expect(callToShow([])).toBeUndefined();
  expect(callToShow(items)).toMatchObject({ item: 0 });
  expect(callToShow([...items, nodeRun("a", "completed")])).toMatchObject({ item: null });
  expect(callToShow([...items, nodeRun("a", "running", { item: 2 })])).toMatchObject({ item: 0 });
  expect(callToShow([...items, nodeRun("a", "waiting", { item: 2 })])).toMatchObject({ item: 2 });
  const retried = [nodeRun("a", "failed", { item: 3 }), nodeRun("a", "completed", { item: 3, attempt: 2 })];
  expect(callToShow([...retried, nodeRun("a", "failed", { item: 4 })])).toMatchObject({ item: 4 });
});

test("the node that a run failed of is the error's, or the one that the journal has as failed", () => {
  const error = { code: "node_failed", message: "", nodeId: "b" };
  const nodes = [nodeRun("a", "failed"), nodeRun("b", "failed"), nodeRun("sub/c", "failed")];
  expect(failedNode({ status: "failed", error, nodes })).toBe("b");
  expect(failedNode({ status: "failed", error: { ...error, nodeId: "c" }, nodes })).toBe("sub/c");
  expect(
    failedNode({ status: "failed", error: { code: "run_deadline_exceeded", message: "" }, nodes }),
  ).toBeUndefined();
  expect(failedNode({ status: "stopped", error: null, nodes })).toBeUndefined();
});
