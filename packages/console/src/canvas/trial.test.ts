import { expect, test } from "vitest";
import type { RegistryNode } from "../api/queries.ts";
import type { NodeRun } from "../api/runs.ts";
import { definitionOf } from "./definition.ts";
import { trialOf } from "./trial.ts";

const type: RegistryNode = {
  type: "Card",
  inputs: [{ name: "text" }, { name: "note" }],
  outputs: [],
  config: { title: { type: "str" }, rows: { type: "list" } },
};
const nodeRun = (node_id: string, more: Partial<NodeRun>) => ({ node_id, ...more }) as NodeRun;
const lastRun = {
  nodes: [
    nodeRun("read", { outputs: { rows: [1, 2], name: "Ada" } }),
    nodeRun("card", { inputs: { text: "what came", gone: 1 } }),
  ],
};

test("references of the second form become the last run's values, inputs what came in it", () => {
  const node = {
    id: "card",
    type: "Card",
    node_config: {
      title: "Of :var[read.name], :var[other.thing]",
      rows: ":var[read.rows]",
      text: ":var[read.name]",
      note: "fixed",
      __policy: { retries: 1 },
    },
  };
  const definition = definitionOf({ flow_version: "v2", nodes: [{ id: "read", type: "Read" }, node] });
  expect(trialOf(node, type, definition, lastRun)).toEqual({
    inputs: { text: "what came", note: "fixed" },
    config: { title: "Of Ada, :var[other.thing]", rows: [1, 2] },
  });
  expect(trialOf(node, type, definition, undefined).config).toEqual({
    title: "Of :var[read.name], :var[other.thing]",
  });
});

test("in the first form texts are texts, and fixed values of inputs are taken", () => {
  const node = {
    id: "new",
    type: "Card",
    node_config: { title: ":var[read.name]" },
    inputs: [{ name: "note", fixed_value: "fixed" }, { name: "text" }],
  };
  expect(trialOf(node, type, definitionOf({ nodes: [node] }), lastRun)).toEqual({
    inputs: { note: "fixed" },
    config: { title: ":var[read.name]" },
  });
});
