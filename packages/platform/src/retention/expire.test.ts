import { fileUploadHeaders } from "@noxus/contracts";
import { sql } from "@noxus/database/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { createDiskFileStore } from "../files/disk-file-store.ts";
import { expire } from "./expire.ts";

let platform: TestPlatform;
let workflow: string;
beforeAll(async () => {
  platform = await startTestPlatform();
  const body = { name: "w", definition: { nodes: [], edges: [] } };
  ({ id: workflow } = await platform.json<{ id: string }>("/v1/workflows", { body }));
});
afterAll(() => platform.stop());

const logger = { info() {}, warn() {} } as never;
const keep = (days: { runs?: number; events?: number; files?: number }) =>
  expire(
    {
      database: platform.database,
      fileStore: createDiskFileStore(`${platform.dataFolder}/files`),
      environment: {
        NOXUS_KEEP_RUNS_DAYS: days.runs ?? 0,
        NOXUS_KEEP_RUN_EVENTS_DAYS: days.events ?? 0,
        NOXUS_KEEP_MADE_FILES_DAYS: days.files ?? 0,
      } as never,
      logger,
    },
    new AbortController().signal,
  );

/** Runs that ended so many days ago, each with a node run and events. */
async function endedRuns(count: number, daysAgo: number): Promise<void> {
  const { group_id } = await platform.json<{ group_id: string }>("/v1/admin/me");
  await platform.database.db.execute(sql`with ended as (
    insert into runs (workspace_id, workflow_id, definition, status, created_at, finished_at)
    select ${group_id}::uuid, ${workflow}::uuid, '{}', 'completed', at, at
    from generate_series(1, ${count}), (select now() - ${daysAgo}::int * interval '1 day' as at) a returning id, finished_at
  ), journal as (
    insert into node_runs (run_id, node_id, node_type, status, epoch) select id, 'n', 'T', 'completed', 1 from ended
  ) insert into run_events (run_id, type, data, at)
    select id, type, jsonb_build_object('workflow_status', status), finished_at
    from ended, (values (1, 'run.started', 'running'), (2, 'node.completed', 'running'),
      (3, 'run.completed', 'completed')) as e(place, type, status)
    order by place`);
}

const count = async (table: string) =>
  (await platform.database.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;

test("ended runs go after their days, in batches, with journal and events; nothing else does", async () => {
  await endedRuns(1_200, 10);
  await endedRuns(3, 5);
  const waiting = await platform.json<{ id: string }>(`/v1/workflows/${workflow}/runs`, {
    body: { input: {} },
  });
  await platform.database.pool.query("update runs set created_at = now() - interval '1 year' where id = $1", [
    waiting.id,
  ]);
  expect(await keep({ runs: 7 })).toMatchObject({ runs: 1_200 });
  expect([await count("runs"), await count("node_runs")]).toEqual([4, 3]);
  expect(await keep({ runs: 7 })).toMatchObject({ runs: 0 });
});

test("events of nodes go before their run, whose end can still be followed", async () => {
  await endedRuns(1, 20);
  expect(await keep({ events: 14 })).toMatchObject({ runEvents: 1, runs: 0 });
  const { items } = await platform.json<{ items: { id: string }[] }>("/v1/runs?size=500&status=completed");
  const followed = await Promise.all(
    items.map(async ({ id }) => (await platform.send(`/v1/runs/${id}/events`)).text()),
  );
  expect(followed.every((text) => text.includes("run.completed"))).toBe(true);
});

test("files that plugins made go with their content, those of people stay; 0 days keep everything", async () => {
  const { group_id } = await platform.json<{ group_id: string }>("/v1/admin/me");
  const made = await fetch(`${platform.url}/plugin-server/files`, {
    method: "POST",
    headers: {
      "x-api-key": platform.platformKey,
      "content-type": "text/plain",
      [fileUploadHeaders.workspace]: group_id,
      [fileUploadHeaders.filename]: "made.txt",
    },
    body: "made",
  });
  const { id } = (await made.json()) as { id: string };
  const form = new FormData();
  form.set("file", new Blob(["brought"]), "brought.txt");
  const brought = await platform.json<{ id: string }>("/v1/file", { body: form });
  await platform.database.pool.query("update files set created_at = now() - interval '9 days'");
  expect(await keep({})).toEqual({ runs: 0, triggerEvents: 0, runEvents: 0, files: 0 });
  expect(await keep({ files: 8 })).toMatchObject({ files: 1 });
  expect((await platform.send(`/v1/file/${id}`)).status).toBe(404);
  expect(await (await platform.send(`/v1/file/${brought.id}`)).text()).toContain("brought");
});
