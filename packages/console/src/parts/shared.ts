import { useSyncExternalStore } from "react";

/** A value of the whole page, not of a part of it: whoever shows it is drawn again when it changes. */
export interface Shared<T> {
  get: () => T;
  set: (next: T) => void;
  subscribe: (watcher: () => void) => () => void;
}

export function shared<T>(first: T): Shared<T> {
  const watchers = new Set<() => void>();
  let value = first;
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const watcher of watchers) watcher();
    },
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

export function useShared<T>({ subscribe, get }: Shared<T>): T {
  return useSyncExternalStore(subscribe, get);
}
