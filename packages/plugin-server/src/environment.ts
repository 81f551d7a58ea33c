import { DEFAULT_MARKETPLACE_URL, envFlag, envInteger, envList, metricsVariables } from "@noxus/contracts";
import { z } from "zod";
import { isolationLevels } from "./isolation/level.ts";

/** Every environment variable of the plugin server; nothing else here reads the environment. */
export const pluginServerEnvironmentSchema = z.object({
  PLUGIN_SERVER_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on; loopback unless told otherwise."),
  PLUGIN_SERVER_PORT: envInteger(8500, 0, 65_535).describe("Port to listen on; 0 takes any free one."),
  PLUGIN_SERVER_URL_PUBLIC: z
    .url()
    .optional()
    .describe("Where platform and workers reach this server, where that is not the address it listens on."),
  PLUGIN_SERVER_NAME: z
    .string()
    .default("plugin-server")
    .describe("Name that the platform shows for this server."),
  PLUGIN_SERVER_API_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      "Key that callers send as X-API-Key, 16 characters or more; without it one is made and kept in the data folder (`api-key`).",
    ),
  NOXUS_PLATFORM_URL: z
    .url()
    .optional()
    .describe("The platform to register with; without it the plugins of PLUGIN_SERVER_PLUGINS_FILE are run."),
  PLUGIN_SERVER_PLATFORM_KEY: z
    .string()
    .optional()
    .describe("Key that the platform asks of plugin servers; needed with NOXUS_PLATFORM_URL."),
  PLUGIN_SERVER_PLUGINS_FILE: z
    .string()
    .default("plugins.yaml")
    .describe("Without a platform: the YAML file that lists the plugins to run; watched for changes."),
  NOXUS_DATA_FOLDER: z
    .string()
    .default(".noxus")
    .describe("Folder for everything that is kept; this program uses `plugin-server` inside it."),
  NOXUS_CACHE_FOLDER: z
    .string()
    .optional()
    .describe(
      "Folder for what can be had again (package cache, Git mirrors, uv); `cache` in the data folder otherwise.",
    ),
  PLUGIN_SERVER_ALLOW_LOCAL: envFlag(false).describe(
    "Development: allow plugins of source `local`, read from this machine's own folders.",
  ),
  PLUGIN_SERVER_LOCAL_ROOTS: envList.describe(
    "Folders, comma-separated, that `local` sources must lie in; any folder where empty.",
  ),
  PLUGIN_SERVER_MARKETPLACE_URL: z
    .string()
    .default(DEFAULT_MARKETPLACE_URL)
    .describe("Git repository of the marketplace, with one folder a plugin."),
  PLUGIN_SERVER_MARKETPLACE_BRANCH: z.string().default("main").describe("Branch of the marketplace."),
  PLUGIN_SERVER_MARKETPLACES_FILE: z
    .string()
    .optional()
    .describe(
      "YAML file of the marketplaces that plugins may come from, and whose signatures each asks for (docs/marketplaces.md); in place of the two variables above. Read anew at each use.",
    ),
  PLUGIN_SERVER_MAX_PACKAGE_BYTES: envInteger(512 * 1024 * 1024, 1).describe(
    "Largest plugin package as it arrives, in bytes.",
  ),
  PLUGIN_SERVER_MAX_UNPACKED_BYTES: envInteger(2 * 1024 * 1024 * 1024, 1).describe(
    "Largest plugin package unpacked, in bytes.",
  ),
  PLUGIN_SERVER_MAX_FILES: envInteger(50_000, 1).describe("Most files in one plugin package."),
  PLUGIN_SERVER_MAX_INSTALLS: envInteger(2, 1, 64).describe(
    "Installs (fetch and environment) running at once.",
  ),
  PLUGIN_SERVER_MAX_STARTS: envInteger(0, 0, 256).describe(
    "Plugin processes starting at once; 0 takes one a processor core.",
  ),
  PLUGIN_SERVER_TICK_MS: envInteger(15_000, 100).describe(
    "Milliseconds between two looks at every plugin (processes, files on disk).",
  ),
  PLUGIN_SERVER_REPORT_MS: envInteger(10_000, 100).describe(
    "Milliseconds between two reports of the whole state to the platform.",
  ),
  PLUGIN_SERVER_HOLD: envFlag(false).describe(
    "Start in safe mode: no plugin is installed or started before `noxus plugin resume` (or `DELETE /hold` here).",
  ),
  PLUGIN_SERVER_KEEP_RELEASES: envInteger(1, 0, 20).describe(
    "Earlier releases of each plugin kept on disk, with their environments, for a rollback and for runs that began with them.",
  ),
  PLUGIN_SERVER_FORMER_IDLE_MS: envInteger(60_000, 0).describe(
    "Milliseconds without a call after which the process of an earlier release, started for a run that began with it, is ended.",
  ),
  PLUGIN_SERVER_USAGE_MS: envInteger(15_000, 100).describe(
    "Milliseconds between two looks at what plugins use; 240 of them are kept to be shown.",
  ),
  PLUGIN_SERVER_RESTART_FIRST_MS: envInteger(10_000, 1).describe(
    "Milliseconds before the second restart of a failing plugin (the first is at once); doubles with each failure.",
  ),
  PLUGIN_SERVER_RESTART_CAP_MS: envInteger(300_000, 1).describe(
    "Longest wait in milliseconds between two restarts of a failing plugin.",
  ),
  PLUGIN_SERVER_ISOLATION: z
    .enum(isolationLevels)
    .default("process")
    .describe(
      "How plugins are kept apart where it works: `process`, or `sandboxed` (bubblewrap: they see their code and packages, and write their own working folder).",
    ),
  PLUGIN_SERVER_MINIMUM_ISOLATION: z
    .enum(isolationLevels)
    .default("process")
    .describe("Below this level of isolation no plugin is started."),
  PLUGIN_SERVER_MAX_PROCESSES: envInteger(512, 16).describe(
    "Processes and threads that a sandboxed plugin may have at once, children included: a fork bomb ends there.",
  ),
  PLUGIN_SERVER_SANDBOX_READABLE: envList.describe(
    "Folders, comma-separated, that sandboxed plugins may read beside their own and the system's.",
  ),
  ...metricsVariables,
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least severe level of the JSON log lines on stderr."),
});
export type PluginServerEnvironment = z.infer<typeof pluginServerEnvironmentSchema>;
