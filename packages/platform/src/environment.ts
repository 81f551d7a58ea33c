import { envFlag, envInteger, metricsVariables } from "@noxus/contracts";
import { z } from "zod";

/** Every environment variable of the platform; nothing else here reads the environment. */
export const platformEnvironmentSchema = z.object({
  NOXUS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on; loopback unless told otherwise."),
  NOXUS_PORT: envInteger(8400, 0, 65_535).describe("Port to listen on; 0 takes any free one."),
  NOXUS_PUBLIC_URL: z
    .url()
    .optional()
    .describe("Address under which people reach the platform, where that is not the one it listens on."),
  NOXUS_DATA_FOLDER: z
    .string()
    .default(".noxus")
    .describe("Folder for everything that is kept: embedded database, secrets, files."),
  DATABASE_URL: z
    .string()
    .optional()
    .describe("A PostgreSQL of yours (15 or newer). Without it one is run in the data folder."),
  NOXUS_DATABASE_CONNECTIONS: envInteger(10, 2, 500).describe("Most connections to PostgreSQL at once."),
  NOXUS_ENCRYPTION_KEY: z
    .string()
    .optional()
    .describe(
      "Seals secrets in the database: `id:base64` of 32 bytes, several separated by commas, the first one seals. Without it one is made and kept in the data folder (`encryption-key`). Losing it loses the secrets.",
    ),
  NOXUS_ADMIN_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      "API key of the administrator, 16 characters or more. Without it one is made and kept in the data folder (`admin-key`).",
    ),
  PLUGIN_SERVER_PLATFORM_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      "Key that plugin servers show to the platform, 16 characters or more. Without it one is made and kept in the data folder (`plugin-server-platform-key`).",
    ),
  NOXUS_MAX_FILE_BYTES: envInteger(2 * 1024 * 1024 * 1024, 1).describe("Largest file, in bytes."),
  NOXUS_MAX_BODY_BYTES: envInteger(16 * 1024 * 1024, 1024).describe("Largest JSON body, in bytes."),
  NOXUS_KEEP_RUNS_DAYS: envInteger(90, 0).describe(
    "Days after its end at which a run is deleted, with its journal and events; the events of triggers go with that age too. 0 keeps all.",
  ),
  NOXUS_KEEP_RUN_EVENTS_DAYS: envInteger(14, 0).describe(
    "Days after which the events of a run's single nodes are deleted; its journal stays as long as the run. 0 keeps them as long.",
  ),
  NOXUS_KEEP_MADE_FILES_DAYS: envInteger(0, 0).describe(
    "Days after which files that plugins made are deleted, whatever still names them. 0 keeps all. What people upload is always kept.",
  ),
  NOXUS_RATE_LIMIT_PER_MINUTE: envInteger(60_000, 0).describe(
    "Requests that one API key may make in a minute, counted by each platform process for itself; 0 for no limit.",
  ),
  NOXUS_ALLOW_LOCAL_PLUGINS: envFlag(true).describe(
    "Let administrators install plugins of source `local`; each plugin server has its own say in PLUGIN_SERVER_ALLOW_LOCAL.",
  ),
  NOXUS_MARKETPLACE_URL: z
    .string()
    .optional()
    .describe("Git repository of the marketplace; that of each plugin server where absent."),
  NOXUS_SERVER_STALE_MS: envInteger(35_000, 100).describe(
    "Milliseconds without a report after which a plugin server counts as away; they report every 10 s.",
  ),
  ...metricsVariables,
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least severe level of the JSON log lines on stderr."),
});
export type PlatformEnvironment = z.infer<typeof platformEnvironmentSchema>;
