import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { NoxusError, parseEnvironment } from "@noxus/contracts";
import { z } from "zod";
import { connectionEnvironmentSchema } from "./environment.ts";

export interface Connection {
  url: string;
  apiKey: string;
  /** The data folder that address or key come from. */
  dataFolder?: string;
}

export interface ConnectionChoice {
  /** Both given on the command line. */
  url?: string | undefined;
  dataFolder?: string | undefined;
  env: Record<string, string | undefined>;
  /** Where the search for a data folder begins. */
  cwd: string;
}

/** What `noxus start` leaves in its data folder for commands on the same machine; readable by its owner only. */
export const connectionFileSchema = z.object({ url: z.url(), apiKey: z.string() });
export const connectionFileName = "connection.json";

/**
 * Address and key of the platform: what the command line says, else the environment, else the data folder of a
 * `noxus start` on this machine, looked for in the current folder and those above.
 *
 * @throws NoxusError `configuration_invalid` where neither is to be found.
 */
export function findConnection(choice: ConnectionChoice): Connection {
  const env = parseEnvironment(connectionEnvironmentSchema, choice.env);
  const dataFolder = findDataFolder(choice.dataFolder ?? env.NOXUS_DATA_FOLDER, choice.cwd);
  const local = dataFolder ? readConnection(dataFolder) : undefined;
  const url = choice.url ?? env.NOXUS_BACKEND_URL ?? local?.url;
  if (!url) throw notFound(choice.dataFolder ?? env.NOXUS_DATA_FOLDER);
  // A key belongs to one platform: the folder's own is never sent to another address.
  const ownKey = sameOrigin(local?.url, url) ? local?.apiKey : undefined;
  const apiKey = env.NOXUS_API_KEY ?? ownKey;
  if (!apiKey)
    throw new NoxusError(
      "configuration_invalid",
      `There is no API key for ${url}. Set NOXUS_API_KEY to a key of that platform.`,
    );
  return { url: url.replace(/\/+$/, ""), apiKey, ...(ownKey && dataFolder && { dataFolder }) };
}

/** The folder that was named, or the nearest `.noxus` from `cwd` upwards that a `noxus start` has used. */
export function findDataFolder(named: string | undefined, cwd: string): string | undefined {
  if (named) return resolve(cwd, named);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, ".noxus");
    if (existsSync(join(candidate, connectionFileName))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

function readConnection(dataFolder: string): z.infer<typeof connectionFileSchema> | undefined {
  const file = join(dataFolder, connectionFileName);
  if (!existsSync(file)) return undefined;
  try {
    return connectionFileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new NoxusError(
      "configuration_invalid",
      `${file} cannot be read (${(cause as Error).message}). Run this as the user who runs \`noxus start\`, or set NOXUS_BACKEND_URL and NOXUS_API_KEY.`,
      { cause },
    );
  }
}

function sameOrigin(a: string | undefined, b: string): boolean {
  return a !== undefined && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

function notFound(named: string | undefined): NoxusError {
  const where = named
    ? `${named} was not used by \`noxus start\` yet`
    : "no data folder (.noxus) was found from here upwards";
  return new NoxusError(
    "configuration_invalid",
    `No platform is known: ${where}. Start one with \`npx noxus start\`, or set NOXUS_BACKEND_URL and NOXUS_API_KEY.`,
  );
}
