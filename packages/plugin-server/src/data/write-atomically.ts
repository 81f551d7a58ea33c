import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Writes a whole file or nothing: beside it first, flushed to disk, then renamed over. Mode 0600 by default: it may hold secrets. */
export async function writeAtomically(path: string, text: string, mode = 0o600): Promise<void> {
  const beside = `${path}.${randomUUID().slice(0, 8)}.new`;
  try {
    const file = await open(beside, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** For a server's start: removes what a killed one had not finished to write; it may hold secrets. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => /\.[0-9a-f]{8}\.new$/.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

/** The file's text, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
