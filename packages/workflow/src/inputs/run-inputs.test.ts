import { expect, test } from "vitest";
import { parseWorkflow } from "../parse/inspect-workflow.ts";
import { createRegistry } from "../registry/registry.ts";
import { bindRunInputs } from "./run-inputs.ts";

const node = (id: string, type: string, node_config: object = {}) => ({ id, type, node_config });
const graph = parseWorkflow(
  {
    nodes: [
      node("i1", "InputNode", { label: "Name" }),
      node("i2", "InputNode", { label: "Tone", value: "warm" }),
      node("i3", "InputNode", { label: "Fixed", value: 7, fixed_value: true }),
      node("http", "HttpRequestNode"),
    ],
    edges: [],
  },
  createRegistry([]),
  { missing: false },
);

test.each(["Name", "i1", "i1::output"])(
  "an input is found by %s; defaults and fixed values fill the rest",
  (key) => {
    expect(bindRunInputs(graph, { [key]: "Ada", Fixed: 8, "http::url": "http://x" })).toEqual({
      values: { i1: "Ada", i2: "warm", i3: 7 },
      overrides: { "http::url": "http://x" },
    });
  },
);

test("missing and unknown inputs are named together", () => {
  expect(() => bindRunInputs(graph, { Nmae: "Ada" })).toThrow(
    expect.objectContaining({
      code: "workflow_invalid",
      fields: [
        { path: "input.Nmae", message: expect.stringContaining('Did you mean "Name"?') },
        { path: "input.Name", message: expect.stringContaining('needs the input "Name"') },
        { path: "nodes[3].inputs.url", message: expect.stringContaining('"url"') },
      ],
    }),
  );
  expect(() => bindRunInputs(graph, { "http::url": "x" })).toThrow(
    expect.objectContaining({ code: "workflow_input_missing" }),
  );
});
