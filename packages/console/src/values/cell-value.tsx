import { texts } from "../texts/values.ts";
import { FileLink } from "./file-value.tsx";
import { firstWords, isLongText } from "./tree-rows.ts";
import { isFile, isLarge } from "./value-kind.ts";

/** A value in one line, of a table or a tree: what does not fit is said by its size. */
export function CellValue({ value }: { value: unknown }) {
  if (isFile(value)) return <FileLink file={value} />;
  if (isLarge(value)) return <span>{value.preview}…</span>;
  if (isLongText(value)) return <span title={value.slice(0, 2_000)}>{firstWords(value)}</span>;
  if (typeof value === "string") return <span>{value}</span>;
  if (value === undefined) return null;
  if (value === null || typeof value !== "object")
    return <span className="value-plain">{String(value)}</span>;
  return <span className="soft">{texts.sizeOf(value)}</span>;
}
