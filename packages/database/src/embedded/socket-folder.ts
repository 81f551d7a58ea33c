import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";

/** The system's limit for a socket's path is 107 bytes (103 on macOS); the socket's own name takes 14 of them. */
const maxFolderBytes = 103 - "/.s.PGSQL.5432".length;

/**
 * The folder of the server's socket, open to the server's user only: whoever can enter it is let in without a password.
 * It lies in the database folder, or, where that path is too long for a socket, in the system's temporary folder.
 *
 * @throws NoxusError `database_start_failed` where somebody else made that folder.
 */
export async function makeSocketFolder(
  folder: string,
  ids: { uid: number; gid: number } | undefined,
): Promise<string> {
  const inside = join(folder, "socket");
  const path = Buffer.byteLength(inside) <= maxFolderBytes ? inside : join(tmpdir(), shortName(folder));
  await mkdir(path, { mode: 0o700 }).catch(ignoreExisting);
  const uid = ids?.uid ?? process.getuid?.();
  const found = await lstat(path);
  const trusted = found.isDirectory() && (found.uid === uid || found.uid === process.getuid?.());
  if (!trusted)
    throw new NoxusError(
      "database_start_failed",
      `${path} belongs to another user (uid ${found.uid}), so PostgreSQL's socket cannot be put there. Remove it, or choose a data folder with a shorter path.`,
    );
  await chmod(path, 0o700);
  if (ids) await chown(path, ids.uid, ids.gid);
  return path;
}

function shortName(folder: string): string {
  return `noxus-pg-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
