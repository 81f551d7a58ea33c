import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey } from "@noxus/service/base";

/** What the programs of one data folder share and nobody else knows. */
export interface Secrets {
  adminKey: string;
  /** `id:base64` of 32 bytes: encrypts credentials in the database. Losing it loses them. */
  encryptionKey: string;
  /** What plugin servers show to the platform. */
  platformKey: string;
}

/** Where the admin key lies for people to read. */
export const adminKeyFile = "admin-key";

/** Reads the data folder's secrets; each is made once, and readable by the folder's owner only. */
export function readSecrets(dataFolder: string): Secrets {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const once = (name: string, make: () => string) => readOrMake(join(dataFolder, name), make);
  return {
    adminKey: once(adminKeyFile, () => `nxs_${randomBytes(24).toString("base64url")}`),
    encryptionKey: once("encryption-key", () => generateKey()),
    platformKey: once("plugin-server-platform-key", () => randomBytes(32).toString("base64url")),
  };
}

function readOrMake(file: string, make: () => string): string {
  if (!existsSync(file)) writePrivate(file, `${make()}\n`);
  chmodSync(file, 0o600);
  return readFileSync(file, "utf8").trim();
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writePrivate(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, file);
}
