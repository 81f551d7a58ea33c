import { z } from "zod";
import { desiredListSchema } from "./desired.ts";
import { pluginReportSchema } from "./status.ts";

/**
 * What a plugin server and a platform say to each other.
 *
 * plugin server → platform, `X-API-Key: PLUGIN_SERVER_PLATFORM_KEY`:
 *   POST /plugin-server/register           RegisterRequest → RegisterResponse (the full desired list with it)
 *   POST /plugin-server/{id}/report        ServerReport → ReportResponse (heartbeat: the whole state, every tick)
 *   POST /plugin-server/{id}/webhook       StatusEvent, signed as Standard Webhooks → 204
 *   GET  /plugin-server/files/{file_id}    bytes (an uploaded package, or a file for a plugin's bridge)
 *   POST /plugin-server/files              bytes; headers of `fileUploadHeaders` → file record
 *   POST /plugin-server/credentials        CredentialUpdate → 204
 * platform → plugin server, `X-API-Key`: the key that the server gave when it registered:
 *   PUT  /plugins                          DesiredList → DesiredListResponse
 */

export const registerRequestSchema = z.object({
  /** Stable across restarts, kept in the server's data folder. */
  serverId: z.uuid(),
  name: z.string(),
  /** Where platform and workers reach this server. */
  url: z.url(),
  /** The API key that this server asks of its callers. */
  apiKey: z.string(),
  version: z.string(),
});
export type RegisterRequest = z.infer<typeof registerRequestSchema>;

export const registerResponseSchema = z.object({
  /** `whsec_…`: signs this server's status webhooks until its next registration. */
  webhookSecret: z.string(),
  desired: desiredListSchema,
});
export type RegisterResponse = z.infer<typeof registerResponseSchema>;

export const serverReportSchema = z.object({
  startedAt: z.iso.datetime(),
  /** Revision of the desired list that this server works on. */
  revision: z.number().int(),
  inFlight: z.number().int(),
  plugins: z.array(pluginReportSchema),
});
export type ServerReport = z.infer<typeof serverReportSchema>;

/** `desired` is there only when the server's revision is not the newest. */
export const reportResponseSchema = z.object({ desired: desiredListSchema.optional() });
export type ReportResponse = z.infer<typeof reportResponseSchema>;

export const statusEventSchema = z.object({
  type: z.literal("plugin.status"),
  timestamp: z.iso.datetime(),
  data: z.object({ serverId: z.uuid(), startedAt: z.iso.datetime(), plugin: pluginReportSchema }),
});
export type StatusEvent = z.infer<typeof statusEventSchema>;

export const desiredListResponseSchema = z.object({ revision: z.number().int(), plugins: z.number().int() });

export const credentialUpdateSchema = z.object({
  workspaceId: z.string(),
  pluginId: z.uuid(),
  integration: z.string(),
  credentialId: z.string().nullish(),
  payload: z.record(z.string(), z.unknown()),
});
export type CredentialUpdate = z.infer<typeof credentialUpdateSchema>;

/** Headers of `POST /plugin-server/files`; values are percent-encoded UTF-8. The body is the content itself. */
export const fileUploadHeaders = {
  filename: "x-noxus-filename",
  workspace: "x-noxus-workspace",
  sourceType: "x-noxus-source-type",
  /** JSON, percent-encoded. */
  sourceMetadata: "x-noxus-source-metadata",
} as const;

/** Names the call that a plugin opens or makes a file in, where it does so at its `PLUGIN_SERVER_URL` in plain bytes. */
export const callTokenHeader = "x-noxus-call-token";

/**
 * Headers of a forwarded call (`POST {server}/plugins/{id}/nodes/{name}/execute` and its siblings).
 * The body is the plugin's own request, passed on byte for byte.
 */
export const callHeaders = {
  /** Milliseconds that the caller will still wait. */
  deadlineMs: "x-noxus-deadline-ms",
  /** File ids, comma-separated, that this call may open through the bridge. */
  files: "x-noxus-files",
  /** The workspace whose files and credentials the call may touch. */
  workspace: "x-noxus-workspace",
  runId: "x-noxus-run",
  nodeId: "x-noxus-node",
  /** `run:node:attempt` */
  idempotencyKey: "idempotency-key",
  /** Releases, comma-separated, of plugins that the run has called before: one of them is called again while it exists. */
  releases: "x-noxus-releases",
} as const;

/**
 * On a call: the caller takes 103 responses before the answer. On those: how far the call is, `CallProgress` as JSON,
 * percent-encoded.
 */
export const progressHeader = "x-noxus-progress";

/** On the answer of a call of a run: the release of the plugin that gave it. */
export const releaseHeader = "x-noxus-release";

/** On a failed call: whether the plugin certainly never began it (`no`: safe to repeat), or may have (`perhaps`). */
export const startedHeader = "x-noxus-started";
