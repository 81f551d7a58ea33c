import { parseEnvironment } from "@noxus/contracts";
import { startEmbeddedPostgres } from "@noxus/database";
import { startEnvironmentSchema } from "./environment.ts";

export interface DatabaseHandle {
  url: string;
  stop(): Promise<void>;
}

/** The operator's own PostgreSQL where DATABASE_URL names one, else one in the data folder. */
export async function startDatabase({
  env,
  dataFolder,
  signal,
}: {
  env: Record<string, string | undefined>;
  dataFolder: string;
  signal: AbortSignal;
}): Promise<DatabaseHandle> {
  const { DATABASE_URL } = parseEnvironment(startEnvironmentSchema, env);
  if (DATABASE_URL) return { url: DATABASE_URL, stop: async () => {} };
  const { url, stop } = await startEmbeddedPostgres({ dataFolder, signal });
  return { url, stop };
}
