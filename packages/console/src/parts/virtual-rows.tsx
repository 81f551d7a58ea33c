import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useRowKeys } from "./use-row-keys.ts";

/** Short lists are drawn whole: find-in-page and screen readers see all of them. */
const wholeUpTo = 100;
const rowHeight = 56;

/**
 * A table of many rows, gone through by keyboard: only those near the window are drawn, the rest is two empty rows
 * of their height.
 */
export function VirtualRows<T>({
  label,
  rows,
  total = rows.length,
  head,
  row,
}: {
  label: string;
  rows: readonly T[];
  /** With those that are not loaded yet. */
  total?: number;
  head: ReactNode;
  row: (item: T) => ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  useRowKeys(box);
  return (
    <div className="table-scroll" ref={box}>
      <table className="table" aria-label={label} aria-rowcount={total + 1}>
        <thead>{head}</thead>
        {rows.length > wholeUpTo ? <SomeRows rows={rows} row={row} /> : <tbody>{rows.map(row)}</tbody>}
      </table>
    </div>
  );
}

function SomeRows<T>({ rows, row }: { rows: readonly T[]; row: (item: T) => ReactNode }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
  });
  const shown = virtual.getVirtualItems();
  const before = (shown[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((shown.at(-1)?.end ?? top) - top);
  return (
    <tbody ref={body}>
      {before > 0 && <Space height={before} />}
      {shown.map(({ index }) => row(rows[index] as T))}
      {after > 0 && <Space height={after} />}
    </tbody>
  );
}

function Space({ height }: { height: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
