import type { KeyboardEvent } from "react";

/** Where somebody is in a tree, and what can be done there. */
export interface TreePlace {
  current: number;
  count: number;
  /** Whether the current row is open; undefined where it holds nothing. */
  isOpen: boolean | undefined;
  /** The row that holds the current one. */
  parent: number | undefined;
  go: (index: number) => void;
  setOpen: (open: boolean) => void;
  /** What keys do beside those of every tree. */
  keys?: Record<string, () => void>;
}

/** Does what a key does in every tree: arrows move, open and close. Other keys are left to the page. */
export function onTreeKey(event: KeyboardEvent, place: TreePlace): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actionOf(event.key, place);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

function actionOf(key: string, place: TreePlace): (() => void) | undefined {
  const { current, count, isOpen, parent, go, setOpen, keys } = place;
  const actions: Record<string, () => void> = {
    ArrowDown: () => go(Math.min(current + 1, count - 1)),
    ArrowUp: () => go(Math.max(current - 1, 0)),
    Home: () => go(0),
    End: () => go(count - 1),
    ArrowRight: () => (isOpen ? go(current + 1) : isOpen === false && setOpen(true)),
    ArrowLeft: () => (isOpen ? setOpen(false) : parent !== undefined && go(parent)),
    Enter: () => isOpen !== undefined && setOpen(!isOpen),
    " ": () => isOpen !== undefined && setOpen(!isOpen),
  };
  return actions[key] ?? keys?.[key];
}
