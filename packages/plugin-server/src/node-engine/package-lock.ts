import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";

/** The program that makes node_modules, known by its lockfile. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "yarn-classic";

export interface PackageLock {
  manager: PackageManager;
  /** Name of its file. */
  file: string;
  text: string;
  sha256: string;
}

/** In npm's own order where there are several; another manager's only where npm has none. */
const lockfiles = [
  ["npm-shrinkwrap.json", "npm"],
  ["package-lock.json", "npm"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
] as const;

/** The plugin's lockfile, where it has one. */
export async function readPackageLock(folder: string): Promise<PackageLock | undefined> {
  for (const [file, manager] of lockfiles) {
    const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { manager: manager === "yarn" ? yarnOf(text) : manager, file, text, sha256 };
  }
  return undefined;
}

function yarnOf(text: string): PackageManager {
  return /^__metadata:/m.test(text) ? "yarn" : "yarn-classic";
}

const entrySchema = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dev: z.boolean().optional(),
});
const npmLockSchema = z.looseObject({ packages: z.record(z.string(), entrySchema).default({}) });

/** What stands in npm's lockfile, a package a key ("" is the plugin, "node_modules/zod" …). */
export type NpmLock = z.infer<typeof npmLockSchema>;

/** @throws NoxusError plugin_project_invalid */
export function parseNpmLock({ file, text }: Pick<PackageLock, "file" | "text">): NpmLock {
  try {
    return npmLockSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new NoxusError(
      "plugin_project_invalid",
      `${file} is damaged: ${(error as Error).message}. Make it anew with \`npm install --package-lock-only\`.`,
      { data: { file }, cause: error },
    );
  }
}

/** Names of locked packages that bring an install script, development's left out. */
export function packagesWithScripts({ packages }: NpmLock): string[] {
  return Object.entries(packages)
    .filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)
    .map(([path]) => path.replace(/^.*node_modules\//, ""))
    .sort();
}
