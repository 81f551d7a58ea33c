import { z } from "zod";

/**
 * A plugin's manifest: what the plugin says it is and offers. The manifest asked of the running plugin is the
 * truth; `manifest.json` on disk may be stale and serves previews. Unknown keys are kept, never an error.
 * Source: `noxus_sdk/plugins/manifest.py`, releases 0.1.0 to 0.6.0.
 */

/** One field of the configuration language (`noxus_sdk/ncl`): its type, rules and how a form displays it. */
export const configFieldSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().nullish(),
  optional: z.boolean().nullish(),
  visible: z.boolean().nullish(),
  advanced: z.boolean().nullish(),
  default: z.unknown().optional(),
  rules: z.array(z.looseObject({})).nullish(),
  display: z.looseObject({ type: z.string().optional(), label: z.string().nullish() }).nullish(),
});
export type ConfigField = z.infer<typeof configFieldSchema>;

export const configFieldsSchema = z.record(z.string(), configFieldSchema);
export type ConfigFields = z.infer<typeof configFieldsSchema>;

/** The data type of a connector: `str, dict, list, File, Image, Audio, Quote, Custom, Chat, number, bool, datetime`, … */
export const typeDefinitionSchema = z.looseObject({
  data_type: z.string().optional(),
  is_list: z.boolean().optional(),
});
export type TypeDefinition = z.infer<typeof typeDefinitionSchema>;

export const connectorSchema = z.looseObject({
  name: z.string(),
  label: z.string().nullish(),
  type: z.string().nullish(),
  definition: typeDefinitionSchema.nullish(),
  optional: z.boolean().nullish(),
  keys: z.array(z.unknown()).nullish(),
});
export type Connector = z.infer<typeof connectorSchema>;

/** An integration that a node needs: its name, or a list of names of which one is enough. */
export const nodeIntegrationSchema = z.union([z.string(), z.array(z.string())]);

export const nodeDefinitionSchema = z.looseObject({
  type: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  small_description: z.string().nullish(),
  color: z.string().nullish(),
  image: z.string().nullish(),
  category: z.string().nullish(),
  sub_category: z.string().nullish(),
  inputs: z.array(connectorSchema).default([]),
  outputs: z.array(connectorSchema).default([]),
  details: z.array(z.unknown()).nullish(),
  config: configFieldsSchema.default({}),
  integrations: z.array(nodeIntegrationSchema).nullish(),
  config_endpoint: z.string().nullish(),
  /** Seconds; the node's own budget, from SDK 0.6.0. 240 where absent. */
  max_timeout: z.number().nullish(),
  visible: z.boolean().nullish(),
  is_available: z.boolean().nullish(),
});
export type NodeDefinition = z.infer<typeof nodeDefinitionSchema>;

export const integrationDefinitionSchema = z.looseObject({
  type: z.string(),
  display_name: z.string().nullish(),
  image: z.string().nullish(),
  scopes: z.array(z.string()).nullish(),
  properties: z.looseObject({}).nullish(),
  providers: z.array(z.looseObject({ key: z.string() })).nullish(),
  config: configFieldsSchema.nullish(),
  supports_device_auth: z.boolean().nullish(),
});
export type IntegrationDefinition = z.infer<typeof integrationDefinitionSchema>;

export const triggerDefinitionSchema = z.looseObject({
  type: z.string(),
  title: z.string().nullish(),
  config: configFieldsSchema.nullish(),
  /** Seconds between two polls. */
  polling_interval: z.number().nullish(),
});

export const datasourceDefinitionSchema = z.looseObject({
  type: z.string(),
  title: z.string().nullish(),
  config: configFieldsSchema.nullish(),
});

export const manifestSchema = z.looseObject({
  name: z.string().min(1),
  display_name: z.string().nullish(),
  version: z.string(),
  description: z.string().nullish(),
  category: z.string().nullish(),
  author: z.string().nullish(),
  config: configFieldsSchema.nullish(),
  execution: z.string().nullish(),
  endpoint: z.string().nullish(),
  image: z.string().nullish(),
  dependencies: z.array(z.string()).nullish(),
  execution_slots: z.number().nullish(),
  setup_command: z.string().nullish(),
  nodes: z.array(nodeDefinitionSchema).default([]),
  nodes_v2: z.array(nodeDefinitionSchema).nullish(),
  integrations: z.array(integrationDefinitionSchema).nullish(),
  triggers: z.array(triggerDefinitionSchema).nullish(),
  datasources: z.array(datasourceDefinitionSchema).nullish(),
});
/** `name` is the plugin's own identifier; two installed plugins cannot share it. */
export type Manifest = z.infer<typeof manifestSchema>;
