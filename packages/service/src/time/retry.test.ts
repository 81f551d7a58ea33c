import { expect, test } from "vitest";
import { retry } from "./retry.ts";

const quick = { firstMs: 1, capMs: 2 };

test("calls until it succeeds and tells each failure", async () => {
  const failures: number[] = [];
  const result = await retry(
    async (attempt) => {
      if (attempt < 3) throw new Error(`no ${attempt}`);
      return attempt;
    },
    {
      ...quick,
      onFailure: (_error, attempt) => failures.push(attempt),
      signal: new AbortController().signal,
    },
  );
  expect(result).toBe(3);
  expect(failures).toEqual([1, 2]);
});

test("gives up after the attempts with the last error", async () => {
  let calls = 0;
  const attempt = retry(
    async () => {
      calls += 1;
      throw new Error(`no ${calls}`);
    },
    { ...quick, attempts: 3, signal: new AbortController().signal },
  );
  await expect(attempt).rejects.toThrow("no 3");
  expect(calls).toBe(3);
});

test("an error that the predicate refuses is not tried again and is the one thrown", async () => {
  const terminal = new RangeError("never");
  let calls = 0;
  const attempt = retry(
    async () => {
      calls += 1;
      throw terminal;
    },
    { ...quick, retryIf: (error) => !(error instanceof RangeError), signal: new AbortController().signal },
  );
  await expect(attempt).rejects.toBe(terminal);
  expect(calls).toBe(1);
});

test("ends with the signal's reason, also in the middle of a wait", async () => {
  const controller = new AbortController();
  const attempt = retry(() => Promise.reject(new Error("no")), {
    firstMs: 60_000,
    signal: controller.signal,
    onFailure: () => controller.abort(new Error("enough")),
  });
  await expect(attempt).rejects.toThrow("enough");
});

test("starts nothing once the signal has ended", async () => {
  let calls = 0;
  const call = async () => {
    calls += 1;
  };
  await expect(retry(call, { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
  expect(calls).toBe(0);
});
