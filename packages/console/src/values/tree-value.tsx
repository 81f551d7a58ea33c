import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { texts } from "../texts/values.ts";
import { TreeLine } from "./tree-line.tsx";
import { parentRow, treeRows } from "./tree-rows.ts";
import { asText } from "./value-kind.ts";

const lineHeight = 22;

/** A value as a tree that is gone through by keyboard: arrows move and open, `c` copies a value and `p` its path. */
export function TreeValue({ value, label }: { value: object; label: string }) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [active, setActive] = useState(0);
  const rows = useMemo(() => treeRows(value, chosen), [value, chosen]);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 30,
    getItemKey: (index) => rows[index]?.path ?? index,
  });
  const shown = virtual.getVirtualItems();
  if (rows.length === 0) return <span className="soft">{texts.sizeOf(value)}</span>;
  const current = Math.min(active, rows.length - 1);
  const open = (index: number, isOpen: boolean) => {
    const row = rows[index];
    if (row?.size !== undefined) setChosen(new Map(chosen).set(row.path, isOpen));
  };
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = actionOf(event, { rows, current, go, open });
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div
      ref={box}
      className="value-tree"
      role="tree"
      aria-label={label}
      aria-description={texts.treeKeys}
      aria-activedescendant={shown.some(({ index }) => index === current) ? `${id}${current}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="none" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TreeLine
              key={key}
              id={`${id}${index}`}
              row={row}
              index={index}
              top={start}
              measure={virtual.measureElement}
              active={index === current}
              onChoose={() => {
                setActive(index);
                open(index, !row.open);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

interface Tree {
  rows: ReturnType<typeof treeRows>;
  current: number;
  go: (index: number) => void;
  open: (index: number, isOpen: boolean) => void;
}

/** What a key does in a tree, as in every tree; undefined for keys that are not the tree's. */
function actionOf(
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  { rows, current, go, open }: Tree,
): (() => void) | undefined {
  const row = rows[current];
  if (!row || ctrlKey || metaKey || altKey) return undefined;
  const canOpen = row.size !== undefined && !row.open;
  const actions: Record<string, () => void> = {
    ArrowDown: () => go(current + 1),
    ArrowUp: () => go(current - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: () => (canOpen ? open(current, true) : row.open && go(current + 1)),
    ArrowLeft: () => (row.open ? open(current, false) : go(parentRow(rows, current) ?? current)),
    Enter: () => open(current, !row.open),
    " ": () => open(current, !row.open),
    c: () => void navigator.clipboard?.writeText(asText(row.value)),
    p: () => void navigator.clipboard?.writeText(row.path),
  };
  return actions[key];
}
