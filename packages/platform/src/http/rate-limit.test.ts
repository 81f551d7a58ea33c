import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { take } from "./rate-limit.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ NOXUS_RATE_LIMIT_PER_MINUTE: "20" });
});
afterAll(() => platform.stop());

test("a key that asks too much is told when to come back, and others are not kept waiting", async () => {
  const { key } = await createTestWorkspace(platform, "hasty");
  const answers = await Promise.all(Array.from({ length: 30 }, () => platform.send("/v1/admin/me", { key })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(8);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await refused[0]?.json()).toMatchObject({ error: "rate_limited" });
  expect((await platform.send("/v1/admin/me")).status).toBe(200);
  expect((await platform.send("/health", { key })).status).toBe(200);
});

test("a bucket fills steadily, to one minute's worth and not over it", () => {
  const buckets = new Map();
  const ask = (now: number) => take(buckets, "k", { perMinute: 60, now });
  for (let i = 0; i < 60; i++) expect(ask(0)).toBe(0);
  expect(ask(0)).toBe(1_000);
  expect(ask(400)).toBeCloseTo(600);
  expect(ask(1_000)).toBe(0);
  for (let i = 0; i < 60; i++) expect(ask(10_000_000)).toBe(0);
  expect(ask(10_000_000)).toBeGreaterThan(0);
});

test("keys that have been quiet for a minute are forgotten when there are many", () => {
  const buckets = new Map();
  for (let i = 0; i < 10_000; i++) take(buckets, `quiet ${i}`, { perMinute: 60, now: 0 });
  take(buckets, "late", { perMinute: 60, now: 59_000 });
  take(buckets, "new", { perMinute: 60, now: 60_000 });
  expect(buckets.size).toBeLessThan(10);
});
