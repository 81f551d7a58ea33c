import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useRef } from "react";
import { texts } from "../texts/values.ts";
import { TreeLine } from "./tree-line.tsx";
import { useTree } from "./use-tree.ts";

const lineHeight = 22;

/** A value as a tree that is gone through by keyboard, of which only the lines in view are drawn. */
export function TreeValue({ value, label }: { value: object; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const { rows, current, choose, onKeyDown } = useTree(value, (index) => virtual.scrollToIndex(index));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 30,
    getItemKey: (index) => rows[index]?.path ?? index,
  });
  const drawn = virtual.getVirtualItems();
  if (rows.length === 0) return <span className="soft">{texts.sizeOf(value)}</span>;
  return (
    <div
      ref={box}
      className="value-tree"
      role="tree"
      aria-label={label}
      aria-description={texts.treeKeys}
      aria-activedescendant={drawn.some(({ index }) => index === current) ? `${id}${current}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="none" className="value-lines" style={{ height: virtual.getTotalSize() }}>
        {drawn.map(({ index, key, start }) => {
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
              onChoose={() => choose(index)}
            />
          );
        })}
      </div>
    </div>
  );
}
