import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";
import type { Run } from "../packages/contracts/src/index.ts";
import { Cluster, type Member } from "../tests/faults/cluster.ts";
import { percentile } from "./load.ts";
import { type Figure, ms, seconds } from "./table.ts";

/** A site that keeps every request open, and tells when one comes and when its caller goes away. */
class HoldingSite {
  #came = Promise.withResolvers<ServerResponse>();
  readonly #server = createServer((_request, response) => this.#came.resolve(response));

  async listen(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next request from now on. */
  next(): Promise<ServerResponse> {
    this.#came = Promise.withResolvers();
    return this.#came.promise;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What it takes to stop a run, and to go on with the runs of a worker that stops or dies; two workers, leases as by default. */
export async function handOver(): Promise<Figure[]> {
  const cluster = await Cluster.start({ workers: 1, pluginServers: 0, leaseMs: defaultLeaseMs });
  const site = new HoldingSite();
  try {
    const workflow = await holdingWorkflow(cluster, await site.listen());
    const stops = await stopTimes(cluster, site, workflow);
    const [worker] = cluster.members.filter(({ name }) => name.startsWith("worker"));
    const other = await cluster.addWorker();
    const pair = [worker as Member, other] as const;
    const handed = await moves(cluster, site, { workflow, pair, signal: "SIGTERM", count: 5 });
    const taken = await moves(cluster, site, { workflow, pair, signal: "SIGKILL", count: 4 });
    return [
      figure("stop of a run, until its call is given up, p50 / most of 30", stops, 200),
      figure("worker asked to stop: its run's call made by another, p50 / most of 5", handed, 1_000),
      figure("worker killed: its run's call made by another, p50 / most of 4", taken, 10_000),
    ];
  } finally {
    site.close();
    await cluster.close();
  }
}

/** WORKER_LEASE_MS where nothing else is said. */
const defaultLeaseMs = 8_000;

function figure(name: string, found: number[], mostMs: number): Figure {
  const [middle, most] = [percentile(found, 0.5), Math.max(...found)];
  const value = most < 1_000 ? `${ms(middle)} / ${ms(most)}` : `${seconds(middle)} / ${seconds(most)}`;
  return { name, value, target: `< ${mostMs < 1_000 ? ms(mostMs) : seconds(mostMs)}`, ok: most < mostMs };
}

async function holdingWorkflow(cluster: Cluster, url: string): Promise<string> {
  const definition = {
    nodes: [v1Node("hold", "HttpRequestNode", { url }), v1Node("out", "OutputNode", { label: "text" })],
    edges: [v1Edge("hold.body", "out.input")],
  };
  const body = { name: "bench-hand-over", definition };
  return (await cluster.ask<{ id: string }>("/v1/workflows", { body })).id;
}

/** A run whose call the site has. */
async function runUnderWay(cluster: Cluster, site: HoldingSite, workflow: string) {
  const came = site.next();
  const run = await cluster.ask<Run>(`/v1/workflows/${workflow}/runs`, { body: { input: {} } });
  return { run, response: await came };
}

async function stopTimes(cluster: Cluster, site: HoldingSite, workflow: string): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const { run, response } = await runUnderWay(cluster, site, workflow);
    const gone = once(response, "close");
    const startedAt = performance.now();
    await Promise.all([cluster.ask(`/v1/runs/${run.id}/stop`, { body: {} }), gone]);
    found.push(performance.now() - startedAt);
  }
  return found;
}

/** The worker that has the run ends, the other one takes it up: from the signal to the call that it makes. */
async function moves(
  cluster: Cluster,
  site: HoldingSite,
  {
    workflow,
    pair,
    signal,
    count,
  }: {
    workflow: string;
    pair: readonly [Member, Member];
    signal: "SIGTERM" | "SIGKILL";
    count: number;
  },
): Promise<number[]> {
  const found: number[] = [];
  let [busy, idle] = pair;
  for (let n = 0; n < count; n += 1) {
    await idle.end("SIGTERM");
    const { run } = await runUnderWay(cluster, site, workflow);
    await idle.start();
    const again = site.next();
    const startedAt = performance.now();
    const ended = busy.end(signal);
    await again;
    found.push(performance.now() - startedAt);
    await ended;
    await busy.start();
    await cluster.ask(`/v1/runs/${run.id}/stop`, { body: {} });
    [busy, idle] = [idle, busy];
  }
  return found;
}
