import { useEffect } from "react";
import { isElsewhere } from "../parts/is-elsewhere.ts";

export type KeyActions = Record<
  "save" | "undo" | "redo" | "copy" | "cut" | "paste" | "all" | "search" | "connect",
  () => void
>;

/** By the key; with Ctrl or Cmd. */
const withControl: Record<string, keyof KeyActions> = {
  s: "save",
  z: "undo",
  y: "redo",
  c: "copy",
  x: "cut",
  v: "paste",
  a: "all",
};
const alone: Record<string, keyof KeyActions> = { "/": "search", c: "connect" };

/** The editor's keys. Inside a field or a dialog they are its own, save Ctrl-S. */
export function useEditorKeys(actions: KeyActions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey;
      const name = control ? nameWithControl(event) : alone[event.key];
      if (!name || event.altKey || (isElsewhere(event.target) && name !== "save")) return;
      // A text that is marked on the page is what somebody wants to copy.
      if (name === "copy" && window.getSelection()?.type === "Range") return;
      event.preventDefault();
      actions[name]();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [actions]);
}

/** By Shift, not by the letter's case: Caps Lock turns no undo into a redo. */
function nameWithControl({ key, shiftKey }: KeyboardEvent): keyof KeyActions | undefined {
  const name = withControl[key.toLowerCase()];
  return name === "undo" && shiftKey ? "redo" : name;
}
