import type { LargeValue } from "@noxus/contracts";

/** A file as a run's values name it. */
export interface FileReference {
  /** `spot://<id>` */
  uri: string;
  name: string;
  content_type?: string;
}

/** `plain`: a number or a truth value; `files`: a list of nothing else; `table`: a list of like objects. */
export type ValueKind = "nothing" | "text" | "plain" | "file" | "files" | "large" | "table" | "tree";

/** How a value is best read. */
export function kindOf(value: unknown): ValueKind {
  if (value === undefined || value === null || value === "") return "nothing";
  if (typeof value === "string") return "text";
  if (typeof value !== "object") return "plain";
  if (isFile(value)) return "file";
  if (isLarge(value)) return "large";
  if (!Array.isArray(value)) return "tree";
  if (value.length > 0 && value.every(isFile)) return "files";
  return columnsOf(value) ? "table" : "tree";
}

/** Whether a value stands for a file. */
export function isFile(value: unknown): value is FileReference {
  const file = value as Partial<FileReference> | null;
  return typeof file?.uri === "string" && file.uri.startsWith("spot://") && typeof file.name === "string";
}

/** Whether a value stands for one that is kept apart because of its size. */
export function isLarge(value: unknown): value is LargeValue {
  return typeof (value as Partial<LargeValue> | null)?.$large_value === "string";
}

/** An object that stands for nothing but its fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !isFile(value) && !isLarge(value)
  );
}

/** More do not fit into a table that somebody reads. */
const mostColumns = 24;

/** The columns of a list of objects that are alike: half of their cells are filled at least. Undefined for other lists. */
export function columnsOf(list: readonly unknown[]): string[] | undefined {
  if (list.length < 2 || !list.every(isRecord)) return undefined;
  const columns = new Set<string>();
  let filled = 0;
  for (const row of list) {
    for (const name of Object.keys(row)) columns.add(name);
    filled += Object.keys(row).length;
    if (columns.size > mostColumns) return undefined;
  }
  return columns.size > 0 && filled >= (list.length * columns.size) / 2 ? [...columns] : undefined;
}

const drawn = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

/** Whether a file is a picture that every browser draws, by its type. */
export function isImage({ content_type }: FileReference): boolean {
  return drawn.test(content_type ?? "");
}

/** Where a file's content is read. */
export function fileAddress({ uri }: FileReference): string {
  return `/v1/file/${encodeURIComponent(fileId(uri))}`;
}

/** The id in a file's address. */
export function fileId(uri: string): string {
  return uri.slice("spot://".length);
}

/** What a copy of a value is: a text as it is, anything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}
