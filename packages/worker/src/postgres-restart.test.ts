import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnvironment } from "@noxus/contracts";
import {
  connect,
  type Database,
  type EmbeddedPostgres,
  migrate,
  startEmbeddedPostgres,
} from "@noxus/database";
import { generateKey } from "@noxus/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { debianBinaries, silent } from "../../../fixtures/postgres.ts";
import { createWorkflowRuns, v1Edge, v1Node, type WorkflowRuns } from "../../../fixtures/workflow-runs.ts";
import { workerEnvironmentSchema } from "./environment.ts";
import { runWorker } from "./program.ts";

const debian = await debianBinaries();

let folder: string;
let server: EmbeddedPostgres;
let database: Database;
let flows: WorkflowRuns;
let site: Server;
/** Effects that have happened, in their order, by address. */
let seen: string[];
/** Resolves when the site has been asked so often. */
let reached: { count: number; resolve: () => void } | undefined;
const workers: { controller: AbortController; ended: Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-restart-"));
  seen = [];
  site = createServer((request, response) => {
    seen.push(request.url ?? "");
    if (seen.length === reached?.count) reached.resolve();
    response.setHeader("content-type", "application/json").end("{}");
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
});
afterEach(async () => {
  for (const { controller } of workers) controller.abort();
  await Promise.all(workers.splice(0).map(({ ended }) => ended));
  await database?.close();
  await server?.stop();
  site.closeAllConnections();
  site.close();
  await rm(folder, { recursive: true, force: true });
});

/** With commits that wait for the disk where they say so: what is tested is what a crash may lose. */
function startPostgres(binaries = undefined as typeof debian): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataFolder: folder,
    logger: silent,
    ...(binaries && { binaries }),
    settings: { fsync: "off", full_page_writes: "off" },
    signal: AbortSignal.timeout(60_000),
  });
}

async function startWorker(): Promise<void> {
  const controller = new AbortController();
  const ready = Promise.withResolvers<void>();
  const environment = parseEnvironment(workerEnvironmentSchema, {
    DATABASE_URL: server.url,
    NOXUS_ENCRYPTION_KEY: generateKey(),
    NOXUS_HTTP_ALLOW_PRIVATE: "true",
    WORKER_LEASE_MS: "2000",
    WORKER_DRAIN_MS: "50",
    LOG_LEVEL: "silent",
  });
  const ended = runWorker(environment, controller.signal, { onReady: ready.resolve });
  workers.push({ controller, ended });
  await Promise.race([ready.promise, ended]);
}

/** Three effects one after the other, with nodes without effects between them. */
function chain(run: number) {
  const { port } = site.address() as AddressInfo;
  const http = (id: string) =>
    v1Node(id, "HttpRequestNode", { url: `http://127.0.0.1:${port}/${run}/${id}` });
  return {
    nodes: [http("a"), v1Node("t", "ComposeTextNode", { template: "((x))" }), http("b"), http("c")],
    edges: [v1Edge("a.status", "t.variables.x"), v1Edge("t.output", "b.body"), v1Edge("b.status", "c.body")],
  };
}

async function untilSeen(count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  reached = { count, resolve };
  if (seen.length < count) await promise;
}

const places = [
  { name: "embedded PostgreSQL", binaries: undefined },
  { name: "Debian's PostgreSQL", binaries: debian },
];

for (const { name, binaries } of places)
  test.skipIf(name.startsWith("Debian") && !debian)(
    `${name} is killed in the middle of runs and comes back: every run ends, each node is journaled once (skipped where it is not installed)`,
    async () => {
      server = await startPostgres(binaries);
      await migrate(server.url, { signal: AbortSignal.timeout(60_000) });
      database = connect({ url: server.url, max: 5, applicationName: "test", logger: silent });
      flows = await createWorkflowRuns(database);
      await Promise.all([startWorker(), startWorker()]);
      const numbers = Array.from({ length: 30 }, (_, number) => number);
      const runs = await Promise.all(numbers.map((number) => flows.start(chain(number))));
      await untilSeen(20);
      process.kill(server.pid, "SIGKILL");
      await server.exited;
      server = await startPostgres(binaries);
      const ended = await Promise.all(runs.map((run) => flows.ended(run)));
      expect(ended.map(({ status, leaseOwner }) => [status, leaseOwner])).toEqual(
        runs.map(() => ["completed", null]),
      );
      for (const run of runs) {
        const completed = (await flows.journal(run)).filter(({ status }) => status === "completed");
        expect(completed.map(({ nodeId }) => nodeId).toSorted()).toEqual(["a", "b", "c", "t"]);
        const events = (await flows.events(run)).filter(({ type }) => type === "node.completed");
        expect(events.map(({ data }) => data.node_id)).toEqual(["a", "t", "b", "c"]);
      }
      expect(new Set(seen).size).toBe(3 * runs.length);
    },
    60_000,
  );
