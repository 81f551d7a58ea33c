import { type BuiltInNode, connector, define, field } from "./built-in-node.ts";

/** Texts put together from other texts. */
export const textNodes: BuiltInNode[] = [
  {
    pure: true,
    definition: define({
      type: "ComposeTextNode",
      title: "Compose text",
      description:
        "Fills the placeholders of a template, as in ((Input 1)), with the values of the variables.",
      category: "data",
      inputs: [connector("variables", "str", { type: "variable_connector", keys: [], optional: true })],
      outputs: [connector("output", "str")],
      config: {
        template: field({
          type: "str",
          label: "Template",
          optional: false,
          display: { type: "big_text" },
        }),
      },
    }),
  },
  {
    pure: true,
    definition: define({
      type: "CombineTextV2",
      title: "Combine text",
      description: "A text with references to outputs of other nodes in it.",
      category: "data",
      inputs: [connector("template", "str")],
      outputs: [connector("output", "str")],
      v2_ready: true,
    }),
  },
];
