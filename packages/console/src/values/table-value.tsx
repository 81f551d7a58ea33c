import { useVirtualizer } from "@tanstack/react-virtual";
import { useState } from "react";
import { texts } from "../texts/values.ts";
import { CellValue } from "./cell-value.tsx";

type Row = Record<string, unknown>;

/** Short tables are drawn whole: find-in-page and screen readers see all of them. */
const wholeUpTo = 100;
const rowHeight = 33;

/** A list of like objects, a row each under a head that stays; of a long one only the rows in view are drawn. */
export function TableValue({
  rows,
  columns,
  label,
}: {
  rows: readonly Row[];
  columns: readonly string[];
  label: string;
}) {
  // As state: the rows are there before their box is, and have to hear of it.
  const [box, setBox] = useState<HTMLElement | null>(null);
  const numeric = new Set(columns.filter((name) => rows.every((row) => isNumber(row[name]))));
  const draw = (index: number) => (
    <tr key={index} aria-rowindex={index + 2}>
      <th scope="row" className="number">
        {index}
      </th>
      {columns.map((name) => (
        <td key={name} className={numeric.has(name) ? "number" : undefined}>
          <CellValue value={rows[index]?.[name]} />
        </td>
      ))}
    </tr>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={setBox} className="value-table" aria-label={label} tabIndex={0}>
      <table className="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col" className="number">
              {texts.row}
            </th>
            {columns.map((name) => (
              <th key={name} scope="col" className={numeric.has(name) ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {rows.length > wholeUpTo ? (
          <SomeRows box={box} count={rows.length} columns={columns.length + 1} draw={draw} />
        ) : (
          <tbody>{rows.map((_, index) => draw(index))}</tbody>
        )}
      </table>
    </section>
  );
}

function isNumber(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "number";
}

function SomeRows({
  box,
  count,
  columns,
  draw,
}: {
  box: HTMLElement | null;
  count: number;
  columns: number;
  draw: (index: number) => React.ReactNode;
}) {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <tbody>
      <Space height={before} columns={columns} />
      {shown.map(({ index }) => draw(index))}
      <Space height={after} columns={columns} />
    </tbody>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
