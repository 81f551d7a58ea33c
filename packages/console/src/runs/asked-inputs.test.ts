import { expect, test } from "vitest";
import { askedInputs } from "./asked-inputs.ts";
import { triedWith } from "./tried-with.ts";

const definition = {
  nodes: [
    { id: "a", type: "InputNode", node_config: { label: "title", type: "str" } },
    { id: "b", type: "InputNode", node_config: { label: "count", type: "int" } },
  ],
};

test("an input is asked for under the name that the run was given it by", () => {
  const keys = askedInputs({ definition, input: { title: "x", b: 2 } }).map(({ key }) => key);
  expect(keys).toEqual(["title", "b"]);
});

test("a trial is done again with its inputs and its configuration", () => {
  const trial = { nodes: [{ id: "node", type: "T", node_config: { a: 1 } }] };
  expect(triedWith({ definition: trial, input: { "node::text": "x" } })).toEqual({
    inputs: { text: "x" },
    config: { a: 1 },
  });
});
