import { type BuiltInNode, connector, define, field } from "./built-in-node.ts";

const label = field({ type: "str", label: "Label", description: "The name in a run's input or output." });
const type = field({ type: "str", label: "Type", byDefault: "str" });
const fixed = {
  fixed_value: field({ type: "bool", label: "Fixed value", byDefault: false }),
  value: field({
    type: "Any",
    label: "Value",
    description: "Used where a run gives none, or always if fixed.",
  }),
};

/** How values come into a run and leave it: V1 by connectors, V2 by references in the configuration. */
export const inputOutputNodes: BuiltInNode[] = [
  {
    role: "input",
    pure: true,
    definition: define({
      type: "InputNode",
      title: "Input",
      description: "A value that a run is started with.",
      category: "io",
      outputs: [connector("output", "Any", { type: "output" })],
      config: { label, type, ...fixed },
    }),
  },
  {
    role: "input",
    pure: true,
    definition: define({
      type: "InputNodeV2",
      title: "Input",
      description: "A value that a run is started with.",
      category: "io",
      outputs: [connector("output", "Any", { type: "output" })],
      config: { label, type, ...fixed },
      v2_ready: true,
    }),
  },
  {
    role: "output",
    pure: true,
    definition: define({
      type: "OutputNode",
      title: "Output",
      description: "A value that the run answers with.",
      category: "io",
      inputs: [connector("input", "Any", { type: "input" })],
      config: { label, type },
    }),
  },
  {
    role: "output",
    pure: true,
    definition: define({
      type: "OutputNodeV2",
      title: "Output",
      description: "A value that the run answers with.",
      category: "io",
      inputs: [connector("value", "Any", { type: "input" })],
      config: { label, type },
      v2_ready: true,
    }),
  },
];
