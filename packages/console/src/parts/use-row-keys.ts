import { type RefObject, useEffect } from "react";
import { isElsewhere } from "./is-elsewhere.ts";

/** `j` and `k` go down and up the rows of a list from anywhere on its page, arrows while a row has the focus; Enter opens it. */
export function useRowKeys(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      if (ctrlKey || metaKey || altKey || isElsewhere(target)) return;
      const rows = [...(box.current?.querySelectorAll<HTMLElement>(".row-link") ?? [])];
      const current = rows.indexOf(document.activeElement as HTMLElement);
      const step = { j: 1, k: -1, ...(current >= 0 && { ArrowDown: 1, ArrowUp: -1 }) }[key];
      const next = step && rows[Math.max(0, Math.min(rows.length - 1, current + step))];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [box]);
}
