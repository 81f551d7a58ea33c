import { chownSync, lchownSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Gives a plugin's working folder, just made by the server, and what the server put into it, to the plugin's user. */
export function claimFolder(folder: string, user: number): void {
  chownSync(folder, user, user);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) claimFolder(path, user);
    else lchownSync(path, user, user);
  }
}
