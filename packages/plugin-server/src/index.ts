/**
 * A plugin server: installs, runs, supervises and forwards to plugins. Works for a platform, or alone from a
 * `plugins.yaml` (see `platform/plugins-file.ts`).
 *
 *     import { parseEnvironment } from "@noxus/contracts";
 *     import { pluginServerEnvironmentSchema, runPluginServer } from "@noxus/plugin-server";
 *     const environment = parseEnvironment(pluginServerEnvironmentSchema, process.env);
 *     await runPluginServer(environment, { machine: process.env, signal: AbortSignal.timeout(60_000) });
 */
export { Uv } from "./engines/uv.ts";
export { type PluginServerEnvironment, pluginServerEnvironmentSchema } from "./environment.ts";
export { type MarketplacePolicy, openPolicy } from "./marketplaces/policy.ts";
export { type PublicKeyText, parsePublicKey } from "./marketplaces/public-key.ts";
export {
  assertSignedBy,
  invalidSignature,
  type SignedContent,
  signedBytes,
} from "./marketplaces/signed-content.ts";
export { indexPath, parseIndex, type VersionIndex } from "./marketplaces/version-index.ts";
export { createLocalFiles } from "./platform/local-files.ts";
export { pluginIdOf, pluginsFileSchema } from "./platform/plugins-file.ts";
export { type PluginServerOptions, runPluginServer } from "./program.ts";
export { digestTree, readTree } from "./releases/file-tree.ts";
export { unpackArchive } from "./sources/archive.ts";
export { fetchSource } from "./sources/fetch-source.ts";
export { defaultLimits } from "./sources/source-limits.ts";
