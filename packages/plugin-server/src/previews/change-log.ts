import { open } from "node:fs/promises";
import { join } from "node:path";
import type { SourcePreview } from "@noxus/contracts";
import { changesByVersion } from "../marketplaces/changes.ts";

/** Nobody reads more before an update; an older part is cut off, with the section that it begins in. */
const maxBytes = 128 * 1024;
const maxVersions = 50;

/** What a plugin's CHANGELOG.md says of versions, in its order; nothing where there is none. */
export async function readChangeLog(folder: string): Promise<SourcePreview["changes"]> {
  const text = await readBeginning(join(folder, "CHANGELOG.md"));
  const changes = [...changesByVersion(text)].map(([version, text]) => ({ version, text }));
  return changes.slice(0, maxVersions);
}

async function readBeginning(path: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!file) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    const text = buffer.toString("utf8", 0, bytesRead);
    return bytesRead < maxBytes ? text : text.slice(0, text.lastIndexOf("\n#"));
  } finally {
    await file.close();
  }
}
