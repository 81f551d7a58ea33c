import { type KeyboardEvent, useMemo, useState } from "react";
import { copyText } from "../parts/clipboard.ts";
import { onTreeKey } from "../parts/on-tree-key.ts";
import { parentRow, type TreeRow, treeRows } from "./tree-rows.ts";
import { asText } from "./value-kind.ts";

/** A value's tree as somebody goes through it. */
export interface ValueTree {
  rows: TreeRow[];
  /** The row that the keyboard is at. */
  current: number;
  /** Goes to a row, and opens or closes it. */
  choose: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** Arrows move, open and close; `c` copies a value and `p` its path. `show` brings a row into view. */
export function useTree(value: object, show: (index: number) => void): ValueTree {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [active, setActive] = useState(0);
  const rows = useMemo(() => treeRows(value, chosen), [value, chosen]);
  const current = Math.min(active, rows.length - 1);
  const row = rows[current];
  const setOpen = ({ path, size }: TreeRow, open: boolean) => {
    if (size !== undefined) setChosen(new Map(chosen).set(path, open));
  };
  const go = (index: number) => {
    setActive(index);
    show(index);
  };
  const onKeyDown = (event: KeyboardEvent) =>
    row &&
    onTreeKey(event, {
      current,
      count: rows.length,
      isOpen: row.size === undefined ? undefined : row.open,
      parent: parentRow(rows, current),
      go,
      setOpen: (open) => setOpen(row, open),
      keys: { c: () => void copyText(asText(row.value)), p: () => void copyText(row.path) },
    });
  const choose = (index: number) => {
    const at = rows[index];
    setActive(index);
    if (at) setOpen(at, !at.open);
  };
  return { rows, current, choose, onKeyDown };
}
