import { expect, test } from "vitest";
import { createRegistry } from "../registry/registry.ts";
import { inspectWorkflow, parseWorkflow } from "./inspect-workflow.ts";

const registry = createRegistry([]);

const node = (id: string, type: string, node_config: object = {}, parent_id?: string) => ({
  ...{ id, type, name: id, node_config },
  ...(parent_id && { parent_id }),
});
const flow = (...nodes: object[]) => ({ flow_version: "v2", nodes, edges: [] });
const problemsOf = (definition: object) =>
  inspectWorkflow(definition, registry, { missing: false }).problems.map(
    ({ path, message }) => `${path}: ${message}`,
  );

const input = node("in", "InputNodeV2", { label: "List" });
const loop = (id: string, items: string, result: string, parent?: string) =>
  node(id, "LoopNodeV2", { items: `:var[${items}]`, result: `:var[${result}]` }, parent);
const text = (id: string, template: string, parent?: string) =>
  node(id, "CombineTextV2", { template }, parent);

test("a loop holds its nodes and waits for all that they need from outside", () => {
  const graph = parseWorkflow(
    flow(
      input,
      text("outside", "o"),
      loop("each", "in.output", "in-it.output"),
      text("in-it", ":var[outside.output] :var[each.item]", "each"),
    ),
    registry,
    { missing: false },
  );
  expect([...graph.nodes.keys()].toSorted()).toEqual(["each", "in", "outside"]);
  const each = graph.nodes.get("each");
  expect([...(each?.body?.graph.nodes.keys() ?? [])]).toEqual(["in-it"]);
  expect(each?.arrows.map(({ from }) => from).toSorted()).toEqual(["in", "outside"]);
  expect(each?.config).not.toHaveProperty("result");
});

test("a loop inside a loop needs what the outer one's nodes and everything around give", () => {
  const graph = parseWorkflow(
    flow(
      ...[input, text("outside", "o"), loop("outer", "in.output", "inner.results")],
      ...[text("before", ":var[outer.item]", "outer"), loop("inner", "outer.item", "deep.output", "outer")],
      text("deep", ":var[outside.output] :var[before.output] :var[inner.item]", "inner"),
    ),
    registry,
    { missing: false },
  );
  const outer = graph.nodes.get("outer");
  expect(outer?.arrows.map(({ from }) => from).toSorted()).toEqual(["in", "outside"]);
  const inner = outer?.body?.graph.nodes.get("inner");
  expect([...(outer?.body?.graph.nodes.keys() ?? [])]).toEqual(["before", "inner"]);
  expect(inner?.arrows.map(({ from }) => from).toSorted()).toEqual(["before", "outer"]);
});

test("what cannot be is named: no such loop, no loop at all, in itself, from outside into it, a run's input inside", () => {
  expect(problemsOf(flow(text("a", "x", "nowhere")))).toEqual([
    expect.stringContaining(
      'nodes[0].parent_id: Node "a" is to lie in the loop "nowhere", but there is no such node',
    ),
  ]);
  expect(problemsOf(flow(text("t", "x"), text("a", "x", "t")))).toEqual([
    expect.stringContaining('"t" is no loop (a node of type LoopNodeV2)'),
  ]);
  const circle = flow(node("l", "LoopNodeV2", {}, "m"), node("m", "LoopNodeV2", {}, "l"));
  expect(problemsOf(circle)).toContainEqual(expect.stringContaining('The loop "l" lies in itself'));
  const into = flow(
    input,
    loop("each", "in.output", "a.output"),
    text("a", "x", "each"),
    text("b", ":var[a.output]"),
  );
  expect(problemsOf(into)).toEqual([
    expect.stringContaining('depends on "a", which lies in the loop "each"'),
  ]);
  const inputInside = flow(
    node("each", "LoopNodeV2", { items: [1] }),
    node("i", "InputNodeV2", { label: "x" }, "each"),
  );
  expect(problemsOf(inputInside)).toEqual([expect.stringContaining("cannot lie in the loop")]);
});

test("a loop that goes round inside is a cycle", () => {
  const definition = {
    ...flow(
      node("each", "LoopNodeV2", { items: [1] }),
      text("a", ":var[b.output]", "each"),
      text("b", ":var[a.output]", "each"),
    ),
  };
  expect(problemsOf(definition)).toEqual([expect.stringContaining("wait for each other")]);
});
