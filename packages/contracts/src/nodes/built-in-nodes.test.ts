import { expect, test } from "vitest";
import { nodeDefinitionSchema } from "../plugin/manifest.ts";
import { builtInNodes } from "./built-in-nodes.ts";

test("built-in nodes have what the published clients ask of every node", () => {
  for (const { definition } of builtInNodes) {
    expect(nodeDefinitionSchema.parse(definition)).toEqual(definition);
    expect(definition).toMatchObject({
      title: expect.any(String),
      description: expect.any(String),
      integrations: [],
      config_endpoint: null,
      is_available: true,
      visible: true,
    });
    for (const connector of [...definition.inputs, ...definition.outputs])
      expect(connector.type, `${definition.type}.${connector.name}`).toBeTypeOf("string");
    for (const [name, field] of Object.entries(definition.config))
      expect(Object.keys(field), `${definition.type}.${name}`).toEqual(
        expect.arrayContaining(["type", "description", "visible", "optional", "default"]),
      );
  }
});

test("no two built-in nodes have one type", () => {
  const types = builtInNodes.map(({ definition }) => definition.type);
  expect(new Set(types).size).toBe(types.length);
});
