/** What was, what is, what was undone. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** Of the last change: one of the same name right after it counts as the same step (typing, dragging). */
  step: string | undefined;
}

const longest = 200;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], step: undefined };
}

/** A change that can be undone; with a `step`, together with the change before it of the same step. */
export function change<T>(history: History<T>, next: T, step?: string): History<T> {
  if (next === history.present) return history;
  const joins = step !== undefined && step === history.step;
  const past = joins ? history.past : [...history.past, history.present].slice(-longest);
  return { past, present: next, future: [], step };
}

export function undo<T>({ past, present, future, ...rest }: History<T>): History<T> {
  const previous = past.at(-1);
  if (previous === undefined) return { past, present, future, ...rest };
  return { past: past.slice(0, -1), present: previous, future: [present, ...future], step: undefined };
}

export function redo<T>({ past, present, future, ...rest }: History<T>): History<T> {
  const [next, ...later] = future;
  if (next === undefined) return { past, present, future, ...rest };
  return { past: [...past, present], present: next, future: later, step: undefined };
}
