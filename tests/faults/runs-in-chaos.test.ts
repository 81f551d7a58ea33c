import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { pluginFixture } from "../../fixtures/plugins.ts";
import { v1Edge, v1Node } from "../../fixtures/workflow-runs.ts";
import { chanceOf } from "./chance.ts";
import { Cluster, type Member } from "./cluster.ts";

/*
 * Runs of several workflows while a program is killed every second and PostgreSQL is restarted twice. Longer, or again
 * as it was:
 *
 *     CHAOS_SECONDS=60 vitest run tests/faults/runs-in-chaos.test.ts          CHAOS_SEED=12345 vitest run …
 */
const seconds = Number(process.env.CHAOS_SECONDS ?? 6);
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);

let cluster: Cluster;
/** Ids of workflows, by how many effects a run has. */
let workflows: { id: string; nodes: string[]; effects: string[] }[];

beforeAll(async () => {
  cluster = await Cluster.start({ workers: 4, pluginServers: 2 });
  const source = { type: "local", path: pluginFixture("echo") };
  const { id } = await cluster.ask<{ id: string }>("/v1/plugins", { body: { source } });
  const check = async () =>
    expect((await cluster.ask<{ status: string }>(`/v1/plugins/${id}`)).status).toBe("running");
  await vi.waitFor(check, { timeout: 90_000, interval: 200 });
  workflows = await Promise.all(definitions().map(save));
}, 180_000);
afterAll(() => cluster?.close(), 60_000);

/** A plugin whose servers die again and again is away for longer than a call waits. */
const patient = { __policy: { retries: 30, backoff: 0.3, max_backoff: 2 } };

/** Each effect names its run and node. */
function definitions() {
  const url = `${cluster.siteUrl}/((run))/`;
  const run = v1Node("run", "InputNode", { label: "run" });
  const address = (id: string) => v1Node(`url-${id}`, "ComposeTextNode", { template: `${url}${id}` });
  const http = (id: string) => v1Node(id, "HttpRequestNode", { ...patient });
  const effect = (id: string) => ({
    nodes: [address(id), http(id)],
    edges: [v1Edge("run.output", `url-${id}.variables.run`), v1Edge(`url-${id}.output`, `${id}.url`)],
  });
  const [a, b] = [effect("a"), effect("b")];
  const chain = {
    nodes: [run, ...a.nodes, ...b.nodes],
    edges: [...a.edges, ...b.edges, v1Edge("a.status", "b.body")],
  };
  const plugin = {
    nodes: [run, v1Node("echo", "echo", patient), ...a.nodes],
    edges: [...a.edges, v1Edge("run.output", "echo.text"), v1Edge("echo.text", "a.body")],
  };
  const waiting = {
    nodes: [run, v1Node("wait", "DelayNode", { seconds: 1 }), ...a.nodes],
    edges: [...a.edges, v1Edge("run.output", "wait.input"), v1Edge("wait.output", "a.body")],
  };
  return [chain, plugin, waiting];
}

async function save(definition: ReturnType<typeof definitions>[number], index: number) {
  const body = { name: `chaos ${index}`, definition };
  const { id } = await cluster.ask<{ id: string }>("/v1/workflows", { body });
  const nodes = definition.nodes.map((node) => node.id).toSorted();
  return { id, nodes, effects: nodes.filter((node) => node === "a" || node === "b") };
}

/** There before the first blow falls: while the platform is dead none comes after them. */
const runsBefore = 24;

/** Starts runs one after another until told to stop; a start is sent again under its key until it is answered. */
async function startRuns(): Promise<{ stop: () => Promise<Started[]> }> {
  const started: Started[] = [];
  const enough = Promise.withResolvers<void>();
  let isOver = false;
  const starting = (async () => {
    for (let n = 0; !isOver; n += 1, await delay(20)) {
      const workflow = workflows[n % workflows.length] as (typeof workflows)[number];
      const name = randomUUID();
      const body = { input: { run: name } };
      const { id } = await cluster.ask<{ id: string }>(`/v1/workflows/${workflow.id}/runs`, {
        body,
        key: name,
      });
      if (started.push({ id, name, workflow }) === runsBefore) enough.resolve();
    }
  })();
  await Promise.race([enough.promise, starting]);
  const stop = async () => {
    isOver = true;
    await starting;
    return started;
  };
  return { stop };
}

interface Started {
  id: string;
  name: string;
  workflow: (typeof workflows)[number];
}

async function query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: cluster.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const under = () =>
  query<{ id: string; status: string; error: unknown; nodes: unknown }>(
    `select id, status, lease_owner, epoch,
      (select json_agg(json_build_array(node_id, attempt, status, error)) from node_runs n where n.run_id = runs.id) as nodes
    from runs where finished_at is null or lease_owner is not null`,
  );

async function expectAllDone(started: readonly Started[]): Promise<void> {
  await expect.poll(under, { timeout: 90_000, interval: 250 }).toEqual([]);
  const ids = started.map(({ id }) => id);
  const ends = await query<{ id: string; status: string; error: unknown }>(
    "select id, status, error from runs where id = any($1)",
    [ids],
  );
  expect(ends.filter(({ status }) => status !== "completed")).toEqual([]);
  expect(ends).toHaveLength(ids.length);
  const journal = await query<{ run_id: string; nodes: string[] }>(
    `select run_id, array_agg(node_id order by node_id) as nodes from node_runs
    where run_id = any($1) and status = 'completed' and item = '' group by run_id`,
    [ids],
  );
  const events = await query<{ run_id: string; nodes: string[] }>(
    `select run_id, array_agg(data->>'node_id' order by data->>'node_id') as nodes from run_events
    where run_id = any($1) and type = 'node.completed' group by run_id`,
    [ids],
  );
  const nodesOf = (rows: typeof journal) =>
    new Map(rows.map(({ run_id, nodes }) => [run_id, nodes.toSorted()]));
  const wanted = new Map(started.map(({ id, workflow }) => [id, workflow.nodes]));
  expect(nodesOf(journal)).toEqual(wanted);
  expect(nodesOf(events)).toEqual(wanted);
  const seen = new Set(cluster.effects);
  const missing = started.flatMap(({ name, workflow }) =>
    workflow.effects.map((node) => `/${name}/${node}`).filter((effect) => !seen.has(effect)),
  );
  expect(missing).toEqual([]);
}

test(`a program killed every second, PostgreSQL restarted twice: every run ends, each node is journaled once (seed ${seed})`, {
  timeout: seconds * 1_000 + 180_000,
}, async () => {
  const chance = chanceOf(seed);
  const runs = await startRuns();
  const killed: string[] = [];
  const lives = new Map<Member, Promise<void>>();
  for (let second = 0; second < seconds; second += 1) {
    if (second === Math.floor(seconds / 3)) await cluster.restartPostgres("asked");
    if (second === Math.floor((2 * seconds) / 3)) await cluster.restartPostgres("killed");
    const alive = cluster.members.filter((one) => !lives.has(one));
    // On a slow machine they may all be on their way up.
    if (alive.length === 0) await Promise.race(lives.values());
    const member = chance.pick(alive.length > 0 ? alive : cluster.members.filter((one) => !lives.has(one)));
    killed.push(member.name);
    await member.end("SIGKILL");
    lives.set(
      member,
      member.start().then(() => void lives.delete(member)),
    );
    await delay(1_000);
  }
  await Promise.all(lives.values());
  const started = await runs.stop();
  console.log(JSON.stringify({ seed, killed, runs: started.length, effects: cluster.effects.length }));
  await expectAllDone(started);
});

test("a rolling restart of everything under load fails no run, and hands over without waiting for a lease", {
  timeout: 180_000,
}, async () => {
  // So long that whoever had to wait for one would not be done when the test looks.
  cluster.leaseMs = 300_000;
  const runs = await startRuns();
  const workers = cluster.members.filter(({ name }) => name.startsWith("worker"));
  const others = cluster.members.filter((member) => !workers.includes(member));
  // Some workers twice: only those that have started since hold such leases.
  for (const member of [...workers, ...others, ...workers.slice(0, 2)]) {
    await member.end("SIGTERM");
    await member.start();
  }
  const started = await runs.stop();
  await expectAllDone(started);
});
