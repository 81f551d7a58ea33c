import { isFile, isLarge } from "./value-kind.ts";

/** One line of a tree. */
export interface TreeRow {
  /** From the root, as a program writes it: `items[3].name`. Also what the row is known by. */
  path: string;
  name: string;
  value: unknown;
  /** From 0. */
  depth: number;
  /** Of a branch how many it holds; undefined where there is nothing to open. */
  size: number | undefined;
  open: boolean;
  /** From 1, among its siblings. */
  position: number;
  siblings: number;
}

/** Longer texts, and those of several lines, are opened like branches. */
const longText = 160;

/** Whether a value is a text that does not fit into a line. */
export function isLongText(value: unknown): value is string {
  return typeof value === "string" && (value.length > longText || value.includes("\n"));
}

/** The beginning of a long text, for the line of a closed row. */
export function firstWords(text: string): string {
  return `${(text.split("\n", 1)[0] ?? "").slice(0, longText)}…`;
}

/** Small branches near the root are open until somebody closes them. */
function isOpenAtFirst(depth: number, size: number): boolean {
  return depth < 2 && size <= (depth === 0 ? 20 : 8);
}

/** The lines of a value's tree that are to be seen. `chosen` has what somebody opened or closed, by path. */
export function treeRows(root: unknown, chosen: ReadonlyMap<string, boolean>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (parent: unknown, parentPath: string, depth: number) => {
    const isList = Array.isArray(parent);
    const entries = Object.entries(parent as object);
    for (const [index, [name, value]] of entries.entries()) {
      const path = isList ? `${parentPath}[${name}]` : `${parentPath}${step(name, parentPath === "")}`;
      const size = sizeOf(value);
      const isLong = isLongText(value);
      const open = chosen.get(path) ?? (!isLong && size !== undefined && isOpenAtFirst(depth, size));
      rows.push({ path, name, value, depth, size, open, position: index + 1, siblings: entries.length });
      if (open && size !== undefined && !isLong) add(value, path, depth + 1);
    }
  };
  if (typeof root === "object" && root !== null) add(root, "", 0);
  return rows;
}

function sizeOf(value: unknown): number | undefined {
  if (isLongText(value)) return value.length;
  if (typeof value !== "object" || value === null || isFile(value) || isLarge(value)) return undefined;
  return Object.keys(value).length || undefined;
}

function step(name: string, isFirst: boolean): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
  return isFirst ? name : `.${name}`;
}

/** The row that holds the given one. */
export function parentRow(rows: readonly TreeRow[], index: number): number | undefined {
  const depth = rows[index]?.depth ?? 0;
  const parent = rows.slice(0, index).findLastIndex((row) => row.depth < depth);
  return parent < 0 ? undefined : parent;
}
