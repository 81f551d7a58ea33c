import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { type FileRecord, NoxusError } from "@noxus/contracts";
import { files, type Queries } from "@noxus/database";
import { and, eq } from "@noxus/database/sql";
import type { FileStore } from "./file-store.ts";

export type FileRow = typeof files.$inferSelect;

export interface NewFile {
  workspaceId: string;
  filename: string;
  contentType: string;
  sourceType?: string;
  sourceMetadata?: unknown;
  madeByPlugin?: boolean;
  content: Readable;
  maxBytes: number;
}

/** Stores content and record; where the record fails, the content goes too. */
export async function saveFile(
  { db, fileStore }: { db: Queries; fileStore: FileStore },
  { content, maxBytes, sourceType = "Document", ...record }: NewFile,
): Promise<FileRow> {
  const id = randomUUID();
  const stored = await fileStore.write(id, content, { maxBytes });
  try {
    const [row] = await db
      .insert(files)
      .values({ id, storageKey: id, sourceType, ...stored, ...record })
      .returning();
    if (!row) throw new Error("The file's record was not stored.");
    return row;
  } catch (error) {
    await fileStore.remove(id);
    throw error;
  }
}

/**
 * A file's record, in this workspace, or in any where none is named.
 *
 * @throws NoxusError `not_found`, the same for a file of another workspace as for none.
 */
export async function findFile(db: Queries, id: string, workspaceId?: string): Promise<FileRow> {
  const inWorkspace = workspaceId === undefined ? undefined : eq(files.workspaceId, workspaceId);
  const [row] = isUuid(id)
    ? await db
        .select()
        .from(files)
        .where(and(eq(files.id, id), inWorkspace))
    : [];
  if (row) return row;
  throw new NoxusError("not_found", `There is no file ${id} in this workspace.`);
}

/** The record as clients read it. */
export function toFileRecord(row: FileRow): FileRecord {
  return {
    id: row.id,
    uri: `spot://${row.id}`,
    size: row.size,
    group_id: row.workspaceId,
    filename: row.filename,
    content_type: row.contentType,
    source_type: row.sourceType,
    source_metadata: row.sourceMetadata ?? null,
    sha256: row.sha256,
    created_at: row.createdAt.toISOString(),
  };
}

/** Whether a text can be an id at all: PostgreSQL fails on others instead of finding nothing. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
