import { manifestSchema } from "@noxus/contracts";
import { expect, test } from "vitest";
import { inspectWorkflow, parseWorkflow } from "../parse/inspect-workflow.ts";
import { createRegistry } from "../registry/registry.ts";

const connector = (data_type: string, more: object = {}) => ({
  name: "value",
  label: "Value",
  definition: { data_type, is_list: false },
  ...more,
});
const types = ["str", "number", "int", "bool", "datetime", "dict", "list", "File", "Image", "Audio"];
const others = ["Any", "Custom", "Quote", "Chat", "GoogleSheet", "Something"];
const manifest = manifestSchema.parse({
  name: "typed",
  version: "1.0.0",
  nodes: [
    ...[...types, ...others].flatMap((type) => [
      { type: `gives_${type}`, title: `Gives ${type}`, outputs: [connector(type)] },
      { type: `takes_${type}`, title: `Takes ${type}`, inputs: [connector(type)] },
    ]),
    { type: "lists", outputs: [{ ...connector("File"), definition: { data_type: "File", is_list: true } }] },
    { type: "chosen", inputs: [connector("dict", { type: "variable_type_connector" })] },
  ],
  nodes_v2: [{ type: "takes_dict_v2", title: "Takes dict", inputs: [connector("dict")] }],
});
const registry = createRegistry([{ id: "p", name: "typed", manifest }]);

const flow = (from: string, to: string) => ({
  nodes: [
    { id: "a", type: from, name: "", node_config: {} },
    { id: "b", type: to, name: "Second", node_config: {} },
  ],
  edges: [
    {
      id: "e",
      from_id: { node_id: "a", connector_name: "value" },
      to_id: { node_id: "b", connector_name: "value" },
    },
  ],
});
const problems = (definition: object) =>
  inspectWorkflow(definition, registry).problems.filter(({ stage }) => stage === "types");
const fits = (from: string, to: string) => problems(flow(`gives_${from}`, `takes_${to}`)).length === 0;

test("an output of a type that an input does not take is named with both nodes and connectors", () => {
  expect(problems(flow("gives_File", "takes_str"))).toEqual([
    {
      code: "workflow_type_mismatch",
      path: "nodes[1].inputs.value",
      message:
        'The input "value" of node "Second" (b) takes str, but the output "value" of node "Gives File" (a) gives File. Connect another output, or put a node between them that converts.',
      stage: "types",
    },
  ]);
});

test.each([
  ["str", ["str", "number", "int", "bool", "datetime", "dict", "list"]],
  ["number", ["str", "number", "int", "bool", "list"]],
  ["dict", ["dict", "list"]],
  ["File", ["list", "File", "Image", "Audio"]],
  ["Image", ["list", "File", "Image"]],
])("an input of %s takes %j, and no other of the known types", (to, taken) => {
  expect(types.filter((from) => fits(from, to))).toEqual(taken);
});

test("every type fits itself, and types that are anything or unknown fit all", () => {
  for (const type of [...types, ...others]) expect([type, fits(type, type)]).toEqual([type, true]);
  for (const other of others)
    for (const type of types)
      expect([other, type, fits(other, type), fits(type, other)]).toEqual([other, type, true, true]);
});

test("a list is looked at by its items, an input whose type is chosen in the node not at all", () => {
  expect(problems(flow("lists", "takes_File"))).toEqual([]);
  expect(problems(flow("lists", "takes_str"))).toHaveLength(1);
  expect(problems(flow("gives_File", "chosen"))).toEqual([]);
});

test("a reference of the second form counts where it is the whole value, not inside a text or below an output", () => {
  const v2 = (value: string) => ({
    flow_version: "v2",
    nodes: [
      { id: "a", type: "gives_File", node_config: {} },
      { id: "b", type: "takes_dict_v2", name: "", node_config: { value } },
    ],
    edges: [],
  });
  expect(problems(v2(":var[a.value]"))).toHaveLength(1);
  expect(problems(v2("It is :var[a.value]"))).toEqual([]);
  expect(problems(v2(":var[a.value.name]"))).toEqual([]);
});

test("a run is not refused for types: plugins may take more than they declare", () => {
  expect(parseWorkflow(flow("gives_File", "takes_str"), registry).nodes.size).toBe(2);
});
