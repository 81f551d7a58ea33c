import { IconChevronDown, IconChevronRight, IconRoute } from "@tabler/icons-react";
import { CopyButton } from "../parts/copy-button.tsx";
import { texts } from "../texts/values.ts";
import { CellValue } from "./cell-value.tsx";
import type { TreeRow } from "./tree-rows.ts";
import { asText } from "./value-kind.ts";

/** One line of a tree. Its copies are for the pointer; the keyboard has keys for them. */
export function TreeLine({
  row,
  id,
  index,
  top,
  active,
  measure,
  onChoose,
}: {
  row: TreeRow;
  id: string;
  index: number;
  top: number;
  active: boolean;
  measure: (element: HTMLElement | null) => void;
  onChoose: () => void;
}) {
  const { name, value, depth, size, open, position, siblings, path } = row;
  const isText = typeof value === "string";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the tree has the focus and the keys
    <div
      id={id}
      ref={measure}
      data-index={index}
      className="value-line"
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={active}
      {...(size !== undefined && { "aria-expanded": open })}
      style={{ transform: `translateY(${top}px)`, paddingLeft: depth * 16 }}
      onClick={onChoose}
    >
      <Chevron size={size} open={open} />
      <span className="value-line-text">
        <span className="value-key">{name}</span>
        {value === "" && <span className="soft">""</span>}
        {isText && open ? <span className="value-line-whole">{value}</span> : <CellValue value={value} />}
      </span>
      <span className="value-line-copies">
        <CopyButton
          text={() => path}
          label={texts.copyPathOf(path)}
          hint={texts.copyPath}
          icon={IconRoute}
          tabIndex={-1}
        />
        <CopyButton text={() => asText(value)} label={texts.copyOf(path)} tabIndex={-1} />
      </span>
    </div>
  );
}

function Chevron({ size, open }: { size: number | undefined; open: boolean }) {
  if (size === undefined) return <span />;
  return open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />;
}
