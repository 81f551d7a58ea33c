import { readFileSync } from "node:fs";
import { runs, workflows } from "@noxus/database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

const metricsKey = "only-for-the-collector";
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform({ NOXUS_METRICS_KEY: metricsKey });
});
afterAll(() => platform.stop());

const scrape = async () => (await (await platform.send("/metrics")).text()).split("\n");

describe("the platform's metrics", () => {
  test("tell requests by route, and make no series of addresses", async () => {
    await platform.send("/v1/plugins/one");
    await platform.send("/v1/plugins/two");
    await platform.send("/no/such/address");
    const counts = (await scrape()).filter((line) =>
      line.startsWith("noxus_http_request_duration_seconds_count"),
    );
    const plugin = counts.find((line) => line.includes('route="/v1/plugins/:id"') && line.includes('"404"'));
    expect(plugin).toMatch(/ 2$/);
    expect(counts.find((line) => line.includes('route="none"'))).toMatch(/ 1$/);
    expect(counts.join()).not.toMatch(/plugins\/(one|two)|such/);
  });

  test("tell how many runs wait, and for how long", async () => {
    const { id: workspaceId } = await createTestWorkspace(platform, "metrics");
    const { db } = platform.database;
    const [workflow] = await db
      .insert(workflows)
      .values({ workspaceId, name: "w", definition: {} })
      .returning();
    const run = { workspaceId, workflowId: workflow?.id ?? "", definition: {}, input: {} };
    await db.insert(runs).values([run, { ...run, createdAt: new Date(Date.now() - 60_000) }]);
    await expect
      .poll(async () => (await scrape()).find((line) => line.startsWith("noxus_runs_waiting ")), {
        timeout: 5_000,
      })
      .toBe("noxus_runs_waiting 2");
    const oldest = (await scrape()).find((line) => line.startsWith("noxus_runs_waiting_oldest_seconds "));
    expect(Number(oldest?.split(" ")[1])).toBeGreaterThanOrEqual(60);
  });

  test("are for administrators, and for a key that opens nothing else", async () => {
    const status = async (path: string, key: string) => (await platform.send(path, { key })).status;
    const { key } = await createTestWorkspace(platform, "no-admin");
    expect(await status("/metrics", "")).toBe(401);
    expect(await status("/metrics", key)).toBe(403);
    expect(await status("/metrics", metricsKey)).toBe(200);
    expect(await status("/v1/plugins", metricsKey)).toBe(401);
  });

  test("are all described in docs/metrics.md, which describes no other", async () => {
    const page = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
    const section = page.split(/^## /m).find((part) => part.startsWith("Platform")) ?? "";
    const documented = [...section.matchAll(/^\| `(noxus_\w+)`/gm)].map(([, name]) => name);
    const given = (await scrape()).flatMap((line) => /^# TYPE (noxus_\w+)/.exec(line)?.[1] ?? []);
    expect(documented.toSorted()).toEqual(given.toSorted());
  });
});
