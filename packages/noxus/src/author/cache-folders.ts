import { homedir } from "node:os";
import { join } from "node:path";
import { parseEnvironment } from "@noxus/contracts";
import { z } from "zod";

/** What the author's commands read of the environment to place their caches. */
export const authorEnvironmentSchema = z.object({
  XDG_CACHE_HOME: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for what can be made again; `.cache` in the home folder otherwise."),
  XDG_CONFIG_HOME: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for the signing key; `.config` in the home folder otherwise."),
  NOXUS_CACHE_FOLDER: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for downloaded packages and uv; below the cache folder otherwise."),
});

export interface AuthorFolders {
  /** Environments of plugins that were run from their folders. */
  plugins: string;
  /** Downloaded packages, uv. */
  packages: string;
  /** The author's signing key. */
  keys: string;
}

export function authorFolders(env: Record<string, string | undefined>): AuthorFolders {
  const { XDG_CACHE_HOME, XDG_CONFIG_HOME, NOXUS_CACHE_FOLDER } = parseEnvironment(
    authorEnvironmentSchema,
    env,
  );
  const cache = join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "noxus");
  return {
    plugins: join(cache, "plugins"),
    packages: NOXUS_CACHE_FOLDER ?? join(cache, "packages"),
    keys: join(XDG_CONFIG_HOME ?? join(homedir(), ".config"), "noxus", "keys"),
  };
}
