import { readFileSync } from "node:fs";
import { parseEnvironment } from "@noxus/contracts";
import { generateKey } from "@noxus/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../fixtures/postgres.ts";
import { createWorkflowRuns, v1Edge, v1Node, type WorkflowRuns } from "../../../../fixtures/workflow-runs.ts";
import { workerEnvironmentSchema } from "../environment.ts";
import { runWorker } from "../program.ts";

const metricsKey = "only-for-the-collector";
const stop = new AbortController();
let db: TestDatabase;
let flows: WorkflowRuns;
let running: Promise<void>;
let url: string;

beforeAll(async () => {
  db = await createTestDatabase();
  flows = await createWorkflowRuns(db.database);
  const ready = Promise.withResolvers<string>();
  const environment = parseEnvironment(workerEnvironmentSchema, {
    DATABASE_URL: db.url,
    NOXUS_ENCRYPTION_KEY: generateKey(),
    WORKER_METRICS_PORT: "0",
    NOXUS_METRICS_KEY: metricsKey,
    LOG_LEVEL: "silent",
  });
  running = runWorker(environment, stop.signal, { onMetrics: ready.resolve });
  running.catch(ready.reject);
  url = await ready.promise;
});
afterAll(async () => {
  stop.abort();
  await running;
  await db.drop();
});

const get = (path: string, key = metricsKey) =>
  fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
const scrape = async () => (await (await get("/metrics")).text()).split("\n");

describe("a worker's metrics", () => {
  test("tell of runs by how they ended, and of the time of their nodes", async () => {
    const nodes = [
      v1Node("in", "InputNode", { label: "text" }),
      v1Node("out", "OutputNode", { label: "text" }),
    ];
    const run = await flows.start({ nodes, edges: [v1Edge("in.output", "out.input")] }, { text: "x" });
    await expect(flows.ended(run)).resolves.toMatchObject({ status: "completed" });
    await expect
      .poll(async () => (await scrape()).find((line) => line.startsWith("noxus_worker_runs_ended_total{")))
      .toBe('noxus_worker_runs_ended_total{status="completed"} 1');
    const lines = await scrape();
    expect(lines).toContain("noxus_worker_runs_running 0");
    expect(lines).toContain('noxus_worker_node_duration_seconds_count{plugin="built-in",outcome="ok"} 2');
  });

  test("are for those who have the key; health is for all", async () => {
    expect((await get("/metrics", "wrong")).status).toBe(401);
    const { error, detail } = (await (await fetch(`${url}/metrics`)).json()) as Record<string, string>;
    expect([error, detail]).toEqual(["unauthorized", expect.stringContaining("NOXUS_METRICS_KEY")]);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "healthy", service: "worker" });
  });

  test("are all described in docs/metrics.md, which describes no other", async () => {
    const page = readFileSync(new URL("../../../../docs/metrics.md", import.meta.url), "utf8");
    const section = page.split(/^## /m).find((part) => part.startsWith("Worker")) ?? "";
    const documented = [...section.matchAll(/^\| `(noxus_\w+)`/gm)].map(([, name]) => name);
    const given = (await scrape()).flatMap((line) => /^# TYPE (noxus_\w+)/.exec(line)?.[1] ?? []);
    expect(documented.toSorted()).toEqual(given.toSorted());
  });
});
