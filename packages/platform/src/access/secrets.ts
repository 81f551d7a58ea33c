import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "@noxus/service";
import type { PlatformEnvironment } from "../environment.ts";
import { newApiKey } from "./api-key.ts";

/** What the platform must know and nobody else may. */
export interface PlatformSecrets {
  adminKey: string;
  encryptionKey: string;
  platformKey: string;
}

/** From the environment, else from the data folder, where each is made once and readable by its owner only. */
export async function readSecrets(environment: PlatformEnvironment): Promise<PlatformSecrets> {
  const folder = environment.NOXUS_DATA_FOLDER;
  return {
    adminKey: environment.NOXUS_ADMIN_KEY ?? (await readOrMake(folder, "admin-key", newApiKey)),
    encryptionKey:
      environment.NOXUS_ENCRYPTION_KEY ?? (await readOrMake(folder, "encryption-key", () => generateKey())),
    platformKey:
      environment.PLUGIN_SERVER_PLATFORM_KEY ??
      (await readOrMake(folder, "plugin-server-platform-key", () => randomBytes(32).toString("base64url"))),
  };
}

async function readOrMake(folder: string, name: string, make: () => string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const known = await readIfThere(file);
  if (known) return known;
  await writeOnce(file, `${make()}\n`);
  return (await readIfThere(file)) ?? "";
}

/** Whole or not at all, and the first of two programs that start at once wins. */
async function writeOnce(file: string, content: string): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  await writeFile(temporary, content, { mode: 0o600, flush: true });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, "utf8")).trim();
    await chmod(file, 0o600);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
