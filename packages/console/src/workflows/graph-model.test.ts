import { expect, test } from "vitest";
import { graphOf, inputsOf } from "./graph-model.ts";

test("both forms become one graph, without what leads nowhere", () => {
  const nodes = [
    { id: "a", type: "InputNode", name: "A" },
    { id: "b", type: "SlugNode" },
    null,
    { type: "x" },
  ];
  const v1 = {
    nodes,
    edges: [
      {
        from_id: { node_id: "a", connector_name: "output" },
        to_id: { node_id: "b", connector_name: "text" },
      },
      {
        from_id: { node_id: "a", connector_name: "output" },
        to_id: { node_id: "gone", connector_name: "text" },
      },
    ],
  };
  const v2 = { flow_version: "v2", nodes, edges: [{ source: "a", target: "b" }] };
  expect(graphOf(v1)).toEqual({
    nodes: [
      { id: "a", name: "A", type: "InputNode" },
      { id: "b", name: "SlugNode", type: "SlugNode" },
    ],
    edges: [{ id: "0", from: "a", to: "b", label: "output → text" }],
  });
  expect(graphOf(v2).edges).toEqual([{ id: "0", from: "a", to: "b", label: undefined }]);
  expect(graphOf({})).toEqual({ nodes: [], edges: [] });
});

test("a run is asked for the inputs that have no fixed value, by their node's id", () => {
  const input = (id: string, node_config: Record<string, unknown>) => ({
    id,
    type: "InputNodeV2",
    node_config,
  });
  const nodes = [
    input("a", { label: "title" }),
    input("b", { fixed_value: true }),
    input("c", { type: "File" }),
  ];
  expect(inputsOf({ nodes })).toEqual([
    { key: "a", label: "title", type: "str" },
    { key: "c", label: "c", type: "File" },
  ]);
});
