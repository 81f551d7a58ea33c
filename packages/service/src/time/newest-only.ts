/** Tells the newest of many values, as often as that is worth it; what waits at the end is told then. */
export interface NewestOnly<T> extends Disposable {
  push(value: T): void;
}

/** The first value is told at once; of those that come within `everyMs` of one that was told, the newest, after that time. */
export function newestOnly<T>(everyMs: number, tell: (value: T) => void): NewestOnly<T> {
  let waiting: { value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    timer = setTimeout(next, everyMs);
    tell(value);
  };
  return {
    push(value) {
      waiting = { value };
      if (!timer) next();
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      timer = undefined;
      if (waiting) tell(waiting.value);
      waiting = undefined;
    },
  };
}
