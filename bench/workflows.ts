import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";
import type { Run } from "../packages/contracts/src/index.ts";
import { percentile } from "./load.ts";
import type { Product } from "./product.ts";
import { type Figure, ms, perSecond } from "./table.ts";

/** Nothing but the product's own cost: input, plugin node, text node, output. */
export const fourNodes = {
  name: "bench-four-nodes",
  type: "flow",
  definition: {
    nodes: [
      { id: "in", type: "InputNode", node_config: { label: "text", type: "str" } },
      { id: "echo", type: "echo", node_config: {} },
      { id: "again", type: "ComposeTextNode", node_config: { template: "((Input 1))!" } },
      { id: "out", type: "OutputNode", node_config: { label: "text" } },
    ],
    edges: [
      {
        from_id: { node_id: "in", connector_name: "output" },
        to_id: { node_id: "echo", connector_name: "text" },
      },
      {
        from_id: { node_id: "echo", connector_name: "text" },
        to_id: { node_id: "again", connector_name: "variables", key: "Input 1" },
      },
      {
        from_id: { node_id: "again", connector_name: "output" },
        to_id: { node_id: "out", connector_name: "input" },
      },
    ],
  },
} as const;

/** From POST to the completed event, one run at a time, and runs per second with 8 at once. */
export async function workflows(product: Product): Promise<Figure[]> {
  const { id } = await product.request<{ id: string }>("/v1/workflows", { method: "POST", body: fourNodes });
  for (let n = 0; n < 10; n += 1) await runOnce(product, id);
  const times: number[] = [];
  for (let n = 0; n < 100; n += 1) times.push(await runOnce(product, id));
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  const rate = await runsPerSecond(product, id, { concurrency: 8, count: 300 });
  return [
    {
      name: "4-node workflow with a plugin node",
      value: `p50 ${ms(p50)}, p95 ${ms(p95)}`,
      target: "< 40 ms, < 80 ms",
      ok: p50 < 40 && p95 < 80,
    },
    { name: "the same, 8 at once", value: `${perSecond(rate)} runs` },
    ...(await fortyCalls(product)),
  ];
}

/** Forty calls of a plugin in one run: one after another, and none that waits for another. */
async function fortyCalls(product: Product): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, before] of [
    ["one after another", (n: number) => (n === 0 ? "in.output" : `echo${n - 1}.text`)],
    ["side by side", () => "in.output"],
  ] as const) {
    const { id } = await product.request<{ id: string }>("/v1/workflows", {
      method: "POST",
      body: { name: `bench-forty-${name}`, type: "flow", definition: forty(before) },
    });
    const times: number[] = [];
    for (let n = 0; n < 13; n += 1) times.push(await runOnce(product, id));
    const p50 = percentile(times.slice(3), 0.5);
    figures.push({
      name: `40 plugin calls ${name}, p50 of 10 runs`,
      value: ms(p50),
      target: "< 600 ms",
      ok: p50 < 600,
    });
  }
  return figures;
}

/** @param before Whose output the n-th call takes, as `node.connector`. */
function forty(before: (n: number) => string) {
  const calls = Array.from({ length: 40 }, (_, n) => `echo${n}`);
  return {
    nodes: [
      v1Node("in", "InputNode", { label: "text", type: "str" }),
      ...calls.map((id) => v1Node(id, "echo")),
      v1Node("out", "OutputNode", { label: "text" }),
    ],
    edges: [...calls.map((id, n) => v1Edge(before(n), `${id}.text`)), v1Edge("echo39.text", "out.input")],
  };
}

async function runOnce(product: Product, workflowId: string): Promise<number> {
  const startedAt = performance.now();
  const run = await product.request<Run>(`/v1/workflows/${workflowId}/runs`, {
    method: "POST",
    body: { input: { text: "x" } },
  });
  const status = await product.untilRunEnds(run.id);
  if (status !== "completed") {
    const { error } = await product.request<Run>(`/v1/runs/${run.id}`);
    throw new Error(`Run ${run.id} ended as ${status}: ${error?.message}`);
  }
  return performance.now() - startedAt;
}

async function runsPerSecond(
  product: Product,
  workflowId: string,
  load: { concurrency: number; count: number },
): Promise<number> {
  let left = load.count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: load.concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        await runOnce(product, workflowId);
      }
    }),
  );
  return (load.count / (performance.now() - startedAt)) * 1000;
}
