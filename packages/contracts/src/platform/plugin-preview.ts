import { z } from "zod";
import { manifestSchema } from "../plugin/manifest.ts";
import { releaseSignatureSchema } from "../server/release-signature.ts";
import { sourceSchema } from "../server/source.ts";
import { sdkChoiceSchema } from "../server/status.ts";
import { installedUnderNameSchema } from "./marketplace.ts";

/** Body of `POST /v1/plugins/preview`. */
export const pluginPreviewInputSchema = z.object({ source: sourceSchema });

/** What a plugin server finds in a source, from its files alone: nothing is installed and none of its code runs. */
export const sourcePreviewSchema = z.object({
  /** Without secrets. */
  source: sourceSchema,
  name: z.string().nullable(),
  version: z.string().nullable(),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  author: z.string().nullable(),
  /** A `data:` address. */
  icon: z.string().nullable(),
  /** What would run it: `uv` (Python), `node` or `remote`; null where nothing does. */
  engine: z.string().nullable(),
  /** sha256 of the file tree. */
  release: z.string(),
  commit: z.string().nullable(),
  /** Of all files together, without what is installed beside them. */
  bytes: z.number().int(),
  files: z.number().int(),
  /** As the project file asks for them: `requests>=2`, `zod@4.1.0`. */
  dependencies: z.array(z.string()),
  /** Whether a lockfile says which versions these are. */
  locked: z.boolean(),
  sdk: sdkChoiceSchema.nullable(),
  /** A command that runs at the installation, on the plugin server. */
  setupCommand: z.string().nullable(),
  signature: releaseSignatureSchema.nullable(),
  /** From manifest.json, else from what the plugin's classes say; null where only the running plugin tells. */
  nodes: z
    .array(z.object({ type: z.string(), title: z.string().nullable(), description: z.string().nullable() }))
    .nullable(),
  /** manifest.json: nodes with their inputs and outputs, integrations, configuration; null where there is none. */
  manifest: manifestSchema.nullable(),
  /** What CHANGELOG.md says of versions, in its order; Markdown. */
  changes: z.array(z.object({ version: z.string(), text: z.string() })).default([]),
  warnings: z.array(z.string()),
  /** Why it could not be installed, as far as its files tell. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type SourcePreview = z.infer<typeof sourcePreviewSchema>;

/** Answer of `POST /v1/plugins/preview`. */
export const pluginPreviewSchema = sourcePreviewSchema.extend({
  /** Plugins that are installed already under this name. */
  installed: z.array(installedUnderNameSchema),
});
export type PluginPreview = z.infer<typeof pluginPreviewSchema>;
