import { open, readFile, rename, rm } from "node:fs/promises";
import { z } from "zod";
import type { TreeEntry } from "./file-tree.ts";

const recordSchema = z.object({
  format: z.literal(1),
  hash: z.string(),
  storedAt: z.iso.datetime(),
  /** Size in bytes, time in ms: what a look at the disk can compare without reading. */
  entries: z.array(
    z.object({
      path: z.string(),
      type: z.enum(["folder", "file", "x", "link"]),
      size: z.number(),
      mtimeMs: z.number(),
    }),
  ),
});

/** What is remembered of a release beside its tree. */
export type ReleaseRecord = z.infer<typeof recordSchema>;

/** Undefined where there is none, or none that can be read. */
export async function readRecord(file: string): Promise<ReleaseRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Whole or not at all, also after a power failure. */
export async function writeRecord(file: string, hash: string, entries: TreeEntry[]): Promise<void> {
  const record: ReleaseRecord = { format: 1, hash, storedAt: new Date().toISOString(), entries };
  const beside = `${file}.${process.pid}.new`;
  try {
    await writeSynced(beside, JSON.stringify(record));
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Brings a folder's list of names to the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
