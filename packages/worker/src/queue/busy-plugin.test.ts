import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseEnvironment } from "@noxus/contracts";
import { createKeyring, generateKey } from "@noxus/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../fixtures/postgres.ts";
import { createWorkflowRuns, v1Node, type WorkflowRuns } from "../../../../fixtures/workflow-runs.ts";
import { workerEnvironmentSchema } from "../environment.ts";
import { runWorker } from "../program.ts";

const stopping = new AbortController();
let db: TestDatabase;
let flows: WorkflowRuns;
let worker: Promise<void>;
/** What a plugin server says of a plugin without a free place. */
let isBusy = true;
let refusals = 0;
const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json");
  if (!isBusy) return response.end(JSON.stringify({ success: true, outputs: { text: "served" } }));
  refusals += 1;
  response.writeHead(503, { "retry-after": "1", "x-noxus-started": "no" });
  return response.end(JSON.stringify({ error: "plugin_busy", detail: "no place is free" }));
});

beforeAll(async () => {
  db = await createTestDatabase();
  flows = await createWorkflowRuns(db.database);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = generateKey();
  const keyring = createKeyring(key);
  const node = { type: "Slow", inputs: [], outputs: [{ name: "text" }], config: {}, max_timeout: 1 };
  const manifest = { name: "slow", version: "1", nodes: [node] };
  const { pool } = db.database;
  await pool.query("insert into plugins (name, source, manifest) values ('slow', '{}', $1)", [manifest]);
  await pool.query(
    `insert into plugin_servers (id, name, url, api_key_encrypted, webhook_secret_encrypted, version, heartbeat_at)
    values ($1, 'test', $2, $3, '', '1', now() + interval '1 hour')`,
    [randomUUID(), url, keyring.seal("key")],
  );
  const environment = {
    DATABASE_URL: db.url,
    NOXUS_ENCRYPTION_KEY: key,
    WORKER_CONCURRENCY: "1",
    LOG_LEVEL: "silent",
  };
  const ready = Promise.withResolvers<void>();
  worker = runWorker(parseEnvironment(workerEnvironmentSchema, environment), stopping.signal, {
    onReady: () => ready.resolve(),
  });
  await Promise.race([ready.promise, worker]);
});
afterAll(async () => {
  stopping.abort();
  await worker;
  server.closeAllConnections();
  server.close();
  await db.drop();
});

test("a busy plugin is waited for beyond the node's own time, and other runs have the place meanwhile", async () => {
  const waits = await flows.start({ nodes: [v1Node("slow", "Slow")], edges: [] });
  await flows.until(waits, (nodes) => nodes.length === 1 && refusals > 0);
  const other = await flows.start({
    nodes: [v1Node("text", "ComposeTextNode", { template: "x" })],
    edges: [],
  });
  expect((await flows.ended(other)).status).toBe("completed");
  await flows.until(waits, () => refusals >= 4);
  isBusy = false;
  expect((await flows.ended(waits)).error).toBeNull();
  const nodes = await flows.journal(waits);
  expect(nodes).toMatchObject([{ status: "completed", attempt: 1, outputs: { text: "served" } }]);
});
