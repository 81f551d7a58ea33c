import { useState } from "react";
import type { Values } from "../forms/rules.ts";

/** By form. In this page's memory only, since secrets are among it: it outlives a look at another page, no reload. */
const kept = new Map<string, Values>();

/** What was typed into a form and not saved; it is here again when the form is. */
export function useUnsaved(form: string) {
  const now = () => kept.get(form) ?? {};
  const [changes, show] = useState(now);
  const set = (next: Values) => {
    kept.set(form, next);
    show(next);
  };
  return {
    changes,
    any: Object.keys(changes).length > 0,
    change: (name: string, value: unknown) => set({ ...now(), [name]: value }),
    drop: () => set({}),
    /** What was typed while it was being sent stays. Also of a form that was left before the answer. */
    dropSaved: (sent: Values) => set(notSent(now(), sent)),
  };
}

function notSent(changes: Values, sent: Values): Values {
  return Object.fromEntries(Object.entries(changes).filter(([name, value]) => sent[name] !== value));
}
