import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The TypeScript SDK that comes with this command. */
export function ownSdkFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("@noxus/sdk/package.json"));
}

/**
 * Makes `@noxus/sdk` importable in a plugin's folder, for tests and editors: a link to the command's own where
 * nothing is installed. It is never packed.
 */
export async function linkSdk(folder: string): Promise<void> {
  const target = join(folder, "node_modules", "@noxus", "sdk");
  if (isResolvable(folder)) return;
  await mkdir(dirname(target), { recursive: true });
  await symlink(ownSdkFolder(), target, "dir").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function isResolvable(folder: string): boolean {
  try {
    createRequire(join(folder, "package.json")).resolve("@noxus/sdk/package.json");
    return true;
  } catch {
    return false;
  }
}

/** What Node needs to be told for the repository's SDK, which has no built files; nothing for a published one. */
export function sdkNodeOptions(): string {
  return existsSync(join(ownSdkFolder(), "src")) ? "--conditions=noxus-source" : "";
}
