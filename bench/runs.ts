import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { databaseUrl } from "../fixtures/product-database.ts";
import type { Run } from "../packages/contracts/src/index.ts";
import { cpuByProgram } from "./cpu-time.ts";
import { latencies, percentile, throughput } from "./load.ts";
import type { Product } from "./product.ts";
import { type Figure, ms, perSecond, times } from "./table.ts";

/** Built-in nodes only: what the queue, the journal and the events cost. */
export const fourBuiltIn = {
  name: "bench-four-built-in",
  type: "flow",
  definition: {
    nodes: [
      { id: "in", type: "InputNode", node_config: { label: "text", type: "str" } },
      { id: "a", type: "ComposeTextNode", node_config: { template: "((x))!" } },
      { id: "b", type: "ComposeTextNode", node_config: { template: "((x))?" } },
      { id: "out", type: "OutputNode", node_config: { label: "text" } },
    ],
    edges: [
      edge("in.output", "a.variables.x"),
      edge("a.output", "b.variables.x"),
      edge("b.output", "out.input"),
    ],
  },
};

function edge(from: string, to: string) {
  const end = (text: string) => {
    const [node_id, connector_name, key] = text.split(".");
    return { node_id, connector_name, ...(key && { key }) };
  };
  return { from_id: end(from), to_id: end(to) };
}

const callers = 16;

/** Runs of built-in nodes, beside a job of no work in pg-boss; then with 10,000 runs waiting and 1,000,000 ended. */
export async function runs(product: Product): Promise<Figure[]> {
  const { id } = await product.request<{ id: string }>("/v1/workflows", {
    method: "POST",
    body: fourBuiltIn,
  });
  const pool = new pg.Pool({ connectionString: await databaseUrl(product), max: callers });
  try {
    const figures = [...(await latency(product, id)), ...(await rates(product, id, pool))];
    return [...figures, await behindMany(product, id, pool), ...(await afterMany(product, id, pool))];
  } finally {
    await pool.end();
  }
}

const start = (product: Product, id: string) =>
  product.request<Run>(`/v1/workflows/${id}/runs`, { method: "POST", body: { input: { text: "x" } } });

async function runOnce(product: Product, id: string): Promise<void> {
  const status = await product.untilRunEnds((await start(product, id)).id);
  if (status !== "completed") throw new Error(`A run ended as ${status}.`);
}

async function latency(product: Product, id: string): Promise<Figure[]> {
  await latencies(() => runOnce(product, id), 60);
  const found = await latencies(() => runOnce(product, id), 150);
  const [p50, p95] = [percentile(found, 0.5), percentile(found, 0.95)];
  return [
    {
      name: "4 built-in nodes, POST to completed event",
      value: `p50 ${ms(p50)}, p95 ${ms(p95)}`,
      target: "< 20 ms, < 50 ms",
      ok: p50 < 20 && p95 < 50,
    },
  ];
}

async function rates(product: Product, id: string, pool: pg.Pool): Promise<Figure[]> {
  const count = 1_000;
  const load = { concurrency: callers, count };
  const before = cpuByProgram(product.pid);
  const startedAt = performance.now();
  await throughput(async () => void (await start(product, id)), load);
  await allEnded(pool);
  const rate = (count / (performance.now() - startedAt)) * 1000;
  const after = cpuByProgram(product.pid);
  const cpu = Object.entries(after).map(([name, value]) => [
    name,
    ((value - (before[name] ?? 0)) * 1000) / count,
  ]);
  const total = cpu.reduce((sum, [, value]) => sum + (value as number), 0);
  const floor = await pgBossRate(pool);
  return [
    {
      name: `${callers} callers, started over HTTP and executed`,
      value: `${perSecond(rate)} runs`,
      target: "≥ 200/s",
      ok: rate >= 200,
    },
    {
      name: "processor time a run",
      value: `${total.toFixed(1)} ms: ${cpu.map(([name, value]) => `${name} ${(value as number).toFixed(1)}`).join(", ")}`,
    },
    { name: "beside it, a pg-boss job of no work, sent and completed", value: `${perSecond(floor)} jobs` },
  ];
}

/** Sent one by one, fetched and completed fifty at a time, on the same server. */
async function pgBossRate(pool: pg.Pool): Promise<number> {
  const db = { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) };
  const boss = new PgBoss({ db, schema: "bench_floor", supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue("floor");
  const count = 1_000;
  const startedAt = performance.now();
  let done = 0;
  const working = (async () => {
    while (done < count) {
      const jobs = await boss.fetch("floor", { batchSize: 50 });
      if (jobs.length > 0) await boss.complete("floor", jobs);
      else await setTimeout(2);
      done += jobs.length;
    }
  })();
  await throughput(async () => void (await boss.send("floor", { runId: "x" })), {
    concurrency: callers,
    count,
  });
  await working;
  const rate = (count / (performance.now() - startedAt)) * 1000;
  await boss.stop({ graceful: false, close: false });
  await pool.query("drop schema bench_floor cascade");
  return rate;
}

async function allEnded(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query("select 1 from runs where finished_at is null limit 1");
    if (rows.length === 0) return;
    await setTimeout(10);
  }
}

/** A workspace of its own has 10,000 runs in the line, of a workflow that lets one at once through. */
async function behindMany(product: Product, id: string, pool: pg.Pool): Promise<Figure> {
  const alone = percentile(await latencies(() => runOnce(product, id), 60), 0.5);
  const { rows } = await pool.query<{ id: string }>(
    "insert into workspaces (name) values ('crowd') returning id",
  );
  const crowd = rows[0]?.id;
  const workflow = `insert into workflows (workspace_id, name, definition, max_concurrent_runs)
    select $1, name, definition, 1 from workflows where id = $2 returning id`;
  const { rows: made } = await pool.query<{ id: string }>(workflow, [crowd, id]);
  await pool.query(
    `insert into runs (workspace_id, workflow_id, definition, input)
    select $1, w.id, w.definition, '{"text": "x"}' from workflows w, generate_series(1, 10000) where w.id = $2`,
    [crowd, made[0]?.id],
  );
  const behind = percentile(await latencies(() => runOnce(product, id), 60), 0.5);
  await pool.query("delete from workspaces where id = $1", [crowd]);
  const ratio = behind / alone;
  return {
    name: "the same with 10,000 runs waiting and one of them always under way",
    value: `${times(ratio)} (p50 ${ms(alone)}, then ${ms(behind)})`,
    target: "≤ 2×",
    ok: ratio <= 2,
  };
}

async function afterMany(product: Product, id: string, pool: pg.Pool): Promise<Figure[]> {
  const list = async () => void (await product.request("/v1/runs?size=20"));
  const [starting, listing] = [
    percentile(await latencies(() => runOnce(product, id), 60), 0.5),
    percentile(await latencies(list, 30), 0.5),
  ];
  await pool.query(
    `insert into runs (workspace_id, workflow_id, definition, status, created_at, finished_at)
    select w.workspace_id, w.id, '{}', 'completed', at, at
    from workflows w, generate_series(1, 1000000) n, lateral (select now() - n * interval '5 s' as at) a where w.id = $1`,
    [id],
  );
  await pool.query("vacuum analyze runs");
  const failed = async () => void (await product.request("/v1/runs?size=20&status=failed"));
  const { rows } = await pool.query<{ id: string }>("select id from runs offset 500000 limit 1");
  const found = async () => void (await product.request(`/v1/runs?run_id=${rows[0]?.id.slice(0, 8)}`));
  const dayAgo = new Date(Date.now() - 86_400_000).toISOString();
  const ofADay = async () => void (await product.request(`/v1/runs?size=20&since=${dayAgo}`));
  const [startingNow, listingNow, failedNow, foundNow, ofADayNow] = [
    percentile(await latencies(() => runOnce(product, id), 60), 0.5),
    percentile(await latencies(list, 30), 0.5),
    percentile(await latencies(failed, 30), 0.5),
    percentile(await latencies(found, 30), 0.5),
    percentile(await latencies(ofADay, 30), 0.5),
  ];
  return [
    {
      name: "with 1,000,000 ended runs, a run",
      value: `${times(startingNow / starting)} (p50 ${ms(starting)}, then ${ms(startingNow)})`,
      target: "≤ 1.5×",
      ok: startingNow / starting <= 1.5,
    },
    {
      name: "with 1,000,000 ended runs, the newest 20",
      value: `${ms(listing)}, then ${ms(listingNow)}`,
      target: "< 50 ms",
      ok: listingNow < 50,
    },
    {
      name: "with 1,000,000 ended runs, the failed ones",
      value: ms(failedNow),
      target: "< 50 ms",
      ok: failedNow < 50,
    },
    {
      name: "with 1,000,000 ended runs, one by the beginning of its id, those of a day",
      value: `${ms(foundNow)}, ${ms(ofADayNow)}`,
      target: "< 50 ms",
      ok: foundNow < 50 && ofADayNow < 50,
    },
  ];
}
