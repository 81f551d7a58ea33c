import { expect, test, vi } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

test("a key is worked on once at a time, and once more when it was added meanwhile", async () => {
  let running = 0;
  let most = 0;
  let looks = 0;
  const first = Promise.withResolvers<void>();
  const queue = new KeyedQueue({
    run: async () => {
      running += 1;
      most = Math.max(most, running);
      looks += 1;
      if (looks === 1) await first.promise;
      running -= 1;
      return {};
    },
    onFault: () => {},
  });
  queue.add("a");
  await vi.waitUntil(() => looks === 1);
  queue.add("a");
  queue.add("a");
  first.resolve();
  await vi.waitUntil(() => queue.idle);
  expect({ most, looks }).toEqual({ most: 1, looks: 2 });
});

test("a key that hangs delays no other", async () => {
  const done: string[] = [];
  const queue = new KeyedQueue({
    run: async (key, signal) => {
      if (key === "slow") await new Promise((_, reject) => signal.addEventListener("abort", reject));
      done.push(key);
      return {};
    },
    onFault: () => {},
  });
  queue.add("slow");
  queue.add("quick");
  await vi.waitUntil(() => done.includes("quick"));
  await queue.stop();
  expect(done).toEqual(["quick"]);
});

test("a key is looked at again at the time that its look gave, and after a fault", async () => {
  let looks = 0;
  const faults: unknown[] = [];
  const queue = new KeyedQueue({
    run: async () => {
      looks += 1;
      if (looks === 1) return { againAtMs: performance.now() };
      if (looks === 2) throw new Error("broken");
      return {};
    },
    onFault: (_key, error) => faults.push(error),
    faultDelayMs: 1,
  });
  queue.add("a");
  await vi.waitUntil(() => looks === 3);
  expect(faults).toHaveLength(1);
  await queue.stop();
});
