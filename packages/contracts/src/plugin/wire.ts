import { z } from "zod";
import { configFieldsSchema, connectorSchema } from "./manifest.ts";

/** What the plugin server and a plugin process say to each other, on either transport. */

/**
 * The context of one call. Credentials come with each request and are stored in no plugin: an entry for every
 * integration that the node names, `{}` where there is none, never null.
 */
export const callContextSchema = z.looseObject({
  plugin_config: z.record(z.string(), z.unknown()).default({}),
  integration_credentials: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  integration_credential_ids: z.record(z.string(), z.string()).optional(),
  /** The workspace that the call belongs to. */
  group_id: z.string().nullish(),
  /** Minted for each call; the only thing that scopes a stdio plugin's callback. */
  call_token: z.string().nullish(),
});
export type CallContext = z.infer<typeof callContextSchema>;

export const executeRequestSchema = z.object({
  ctx: callContextSchema,
  inputs: z.record(z.string(), z.unknown()),
  config: z.record(z.string(), z.unknown()),
});
export type ExecuteRequest = z.infer<typeof executeRequestSchema>;

export const executeResponseSchema = z.looseObject({
  success: z.boolean(),
  outputs: z.record(z.string(), z.unknown()),
});
export type ExecuteResponse = z.infer<typeof executeResponseSchema>;

/** A node's configuration, asked for and answered as one types: definitions, connectors and option lists. */
export const configResponseSchema = z.looseObject({
  config: configFieldsSchema,
  inputs: z.array(connectorSchema),
  outputs: z.array(connectorSchema),
  details: z.array(z.unknown()).default([]),
  title: z.string().nullish(),
  ready: z.boolean().default(false),
  config_values: z.record(z.string(), z.unknown()).default({}),
});
export type ConfigResponse = z.infer<typeof configResponseSchema>;

export const validateConfigResponseSchema = z.looseObject({
  valid: z.boolean(),
  errors: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
});
export type ValidateConfigResponse = z.infer<typeof validateConfigResponseSchema>;

/** A File value as it travels in inputs and outputs: a reference, never the bytes. */
export const fileValueSchema = z.looseObject({
  id: z.string().nullish(),
  /** `spot://<id>` */
  uri: z.string(),
  name: z.string(),
  content_type: z.string().default("text/plain"),
  source_type: z.string().default("Document"),
  source_metadata: z.unknown().optional(),
});
export type FileValue = z.infer<typeof fileValueSchema>;

/** Seconds a node may run where neither its definition nor the workflow says otherwise. */
export const DEFAULT_NODE_TIMEOUT_S = 240;
