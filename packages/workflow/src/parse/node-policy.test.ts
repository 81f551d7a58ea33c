import { expect, test } from "vitest";
import { createRegistry } from "../registry/registry.ts";
import { inspectWorkflow } from "./inspect-workflow.ts";

const registry = createRegistry([]);
const inspect = (policy: unknown, more: object = {}) =>
  inspectWorkflow(
    {
      nodes: [{ id: "n", type: "DelayNode", node_config: { seconds: 1, __policy: policy } }],
      edges: [],
      ...more,
    },
    registry,
    { missing: false },
  );

test("both forms of workflow carry a node's policy, and it is no field of the node", () => {
  for (const form of [{}, { flow_version: "v2" }]) {
    const { graph, problems } = inspect({ retries: 3, timeout: 2 }, form);
    expect(problems).toEqual([]);
    const node = graph?.nodes.get("n");
    expect(node?.policy).toMatchObject({ retries: 3, timeout: 2, backoff: 1, on_interruption: "retry" });
    expect(node?.config).toEqual({ seconds: { kind: "literal", value: 1 } });
  }
});

test("a policy that says nothing known is a problem with its place, and the draft can be saved", () => {
  const { graph, problems } = inspect({ retries: -1, retrys: 2 });
  expect(graph).toBeDefined();
  expect(problems.map(({ path, stage }) => [path, stage])).toEqual([
    ["nodes[0].node_config.__policy.retries", "run"],
    ["nodes[0].node_config.__policy", "run"],
  ]);
  expect(inspect({ on_error: "default" }).problems[0]?.path).toBe("nodes[0].node_config.__policy.default");
  expect(inspect("often").problems).toHaveLength(1);
});
