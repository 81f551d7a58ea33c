import { getCompileCacheDir } from "node:module";
import type { ProgramName } from "./run-program.ts";
import type { Secrets } from "./secrets.ts";
import type { StartOptions } from "./start.ts";

type Env = Record<string, string | undefined>;

export interface EnvironmentChoice {
  env: Env;
  options: StartOptions;
  dataFolder: string;
  databaseUrl: string;
  secrets: Secrets;
}

/**
 * What each program is started with: the command's own environment, the shared secrets that it needs and no others, and
 * the programs' addresses. What the operator has set is left as it is.
 */
export function programEnvironments({
  env,
  options,
  dataFolder,
  databaseUrl,
  secrets,
}: EnvironmentChoice): Record<ProgramName, Env> {
  const shared = {
    ...withoutSecrets(env),
    NOXUS_DATA_FOLDER: dataFolder,
    // The command keeps its compiled code; the programs too: a warm start strips and compiles no TypeScript.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? getCompileCacheDir(),
  };
  const database = {
    DATABASE_URL: databaseUrl,
    NOXUS_ENCRYPTION_KEY: secrets.encryptionKey,
  };
  return {
    platform: {
      ...shared,
      ...database,
      NOXUS_ADMIN_KEY: secrets.adminKey,
      PLUGIN_SERVER_PLATFORM_KEY: secrets.platformKey,
      ...(options.port !== undefined && { NOXUS_PORT: options.port }),
      ...(options.host !== undefined && { NOXUS_HOST: options.host }),
    },
    worker: { ...shared, ...database },
    "plugin-server": {
      ...shared,
      PLUGIN_SERVER_PLATFORM_KEY: secrets.platformKey,
      // Installing is work of many threads and many sizes. With a heap for each thread glibc never gives back what one
      // of them needed at its worst: after hundreds of installs 100 MB more than with one heap for all.
      MALLOC_ARENA_MAX: env.MALLOC_ARENA_MAX ?? "1",
      // On one's own machine one's own folders may be plugins; the platform's keys guard who may say so.
      PLUGIN_SERVER_ALLOW_LOCAL: env.PLUGIN_SERVER_ALLOW_LOCAL ?? "true",
    },
  };
}

/** Of what is secret each program is given its own part only. */
const secretNames = [
  "NOXUS_ADMIN_KEY",
  "NOXUS_API_KEY",
  "NOXUS_ENCRYPTION_KEY",
  "PLUGIN_SERVER_PLATFORM_KEY",
  "DATABASE_URL",
];

function withoutSecrets(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secretNames.includes(name)));
}
