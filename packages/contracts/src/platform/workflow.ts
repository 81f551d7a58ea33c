import { z } from "zod";

/** Workflows as the published clients write them: V1 (edges between connectors) and V2 (references in the configuration). */

const edgeEndSchema = z.looseObject({
  node_id: z.string(),
  connector_name: z.string(),
  /** The added key of a variable connector. */
  key: z.string().nullish(),
});

export const v1NodeSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string().nullish(),
  display: z.looseObject({}).nullish(),
  node_config: z.record(z.string(), z.unknown()).nullish(),
  connector_config: z
    .looseObject({
      inputs: z.array(z.looseObject({})).nullish(),
      outputs: z.array(z.looseObject({})).nullish(),
    })
    .nullish(),
  subflow_id: z.string().nullish(),
  integrations: z.unknown().optional(),
});
export type V1Node = z.infer<typeof v1NodeSchema>;

export const v1EdgeSchema = z.looseObject({
  id: z.string().nullish(),
  from_id: edgeEndSchema,
  to_id: edgeEndSchema,
});
export type V1Edge = z.infer<typeof v1EdgeSchema>;

export const v1DefinitionSchema = z.looseObject({
  nodes: z.array(v1NodeSchema).default([]),
  edges: z.array(v1EdgeSchema).default([]),
});
export type V1Definition = z.infer<typeof v1DefinitionSchema>;

export const v2NodeSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string().nullish(),
  node_config: z.record(z.string(), z.unknown()).nullish(),
  /** `{field: "<node>.<output>"}` */
  variable_bindings: z.record(z.string(), z.unknown()).nullish(),
  iterate_overrides: z.record(z.string(), z.boolean()).nullish(),
  /** The loop that the node belongs to. */
  parent_id: z.string().nullish(),
  display: z.looseObject({}).nullish(),
});
export type V2Node = z.infer<typeof v2NodeSchema>;

export const v2EdgeSchema = z.looseObject({
  id: z.string().nullish(),
  source: z.string(),
  target: z.string(),
  source_handle: z.string().nullish(),
  target_handle: z.string().nullish(),
});
export type V2Edge = z.infer<typeof v2EdgeSchema>;

export const v2DefinitionSchema = z.looseObject({
  flow_version: z.literal("v2"),
  nodes: z.array(v2NodeSchema).default([]),
  edges: z.array(v2EdgeSchema).default([]),
});
export type V2Definition = z.infer<typeof v2DefinitionSchema>;

export const workflowDefinitionSchema = z.union([v2DefinitionSchema, v1DefinitionSchema]);
export type WorkflowDefinition = V1Definition | V2Definition;

export function isV2(definition: WorkflowDefinition): definition is V2Definition {
  return (definition as { flow_version?: unknown }).flow_version === "v2";
}

/** Body of `POST /v1/workflows` and `PATCH /v1/workflows/{id}`; unknown keys are kept. */
export const workflowInputSchema = z.looseObject({
  name: z.string().min(1),
  type: z.string().default("flow"),
  definition: workflowDefinitionSchema,
});
export type WorkflowInput = z.infer<typeof workflowInputSchema>;

export const workflowSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  definition: z.looseObject({}),
  created_at: z.string(),
  updated_at: z.string(),
});
