/** Lines that a slow follower may be behind; older ones are lost to it. */
const longestBacklog = 1000;

/** Tells any number of followers, each at its own pace and with a bounded backlog. */
export function createLineFeed<T>(): {
  push(item: T): void;
  follow(signal: AbortSignal): AsyncGenerator<T, void>;
} {
  const followers = new Set<(item: T) => void>();
  return {
    push(item) {
      for (const follower of followers) follower(item);
    },
    async *follow(signal) {
      const backlog: T[] = [];
      let wake = Promise.withResolvers<void>();
      const follower = (item: T) => {
        if (backlog.push(item) > longestBacklog) backlog.shift();
        wake.resolve();
      };
      const onAbort = () => wake.resolve();
      followers.add(follower);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        while (!signal.aborted) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
          for (let item = backlog.shift(); item !== undefined; item = backlog.shift()) yield item;
        }
      } finally {
        followers.delete(follower);
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}
