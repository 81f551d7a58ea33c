import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createTestDatabase,
  debianBinaries,
  silent,
  startTestPostgres,
  type TestDatabase,
  type TestPostgres,
  urlOfDatabase,
  withAdmin,
} from "../../../../fixtures/postgres.ts";
import { connect, type Database } from "../connection/connect.ts";
import { sql } from "../drizzle/sql.ts";
import { migrate } from "../migrate/migrate.ts";
import { createRunQueue, type RunJob, type RunQueue, type TakeRunsOptions } from "./run-queue.ts";

const debian = await debianBinaries();
const workspaceId = randomUUID();

interface Place {
  url: string;
  database: Database;
  drop: () => Promise<void>;
}

async function embeddedPlace(): Promise<Place> {
  const { url, database, drop }: TestDatabase = await createTestDatabase();
  return { url, database, drop };
}

async function debianPlace(): Promise<Place> {
  const server: TestPostgres = await startTestPostgres(debian && { binaries: debian });
  await withAdmin(server.url, (client) => client.query("create database queue_test owner noxus"));
  const url = urlOfDatabase(server.url, "queue_test");
  await migrate(url, { signal: AbortSignal.timeout(60_000) });
  const database = connect({ url, max: 5, applicationName: "queue test", logger: silent });
  const drop = async () => {
    await database.close();
    await server.stop();
  };
  return { url, database, drop };
}

/** Takes runs until the test ends or `stop`. */
function take(
  queue: RunQueue,
  onRun: (job: RunJob) => Promise<void> | void,
  options: Partial<TakeRunsOptions> = {},
): { stop: () => Promise<void> } {
  const end = new AbortController();
  const done = queue.takeRuns({
    concurrency: 10,
    signal: end.signal,
    ...options,
    onRun: async (job) => onRun(job),
  });
  const stop = async () => {
    end.abort();
    await done;
  };
  cleanUps.push(stop);
  return { stop };
}

const cleanUps: (() => Promise<void>)[] = [];

async function enqueue(
  queue: RunQueue,
  database: Database,
  runId = randomUUID(),
  priority?: number,
): Promise<string> {
  await database.db.transaction((tx) =>
    queue.enqueue(tx, { runId, workspaceId, ...(priority !== undefined && { priority }) }),
  );
  return runId;
}

/** A taker that never finishes. What is given waits until it has taken a run, and kills it. */
async function takeInAnotherProcess(url: string): Promise<() => Promise<void>> {
  const index = fileURLToPath(new URL("../index.ts", import.meta.url));
  const program = `
    const { connect, createRunQueue } = await import(${JSON.stringify(index)});
    const logger = { debug() {}, info() {}, warn() {}, error: console.error };
    const database = connect({ url: ${JSON.stringify(url)}, applicationName: "dying", logger });
    const queue = await createRunQueue({ database, logger });
    const onRun = ({ runId }) => new Promise(() => console.log(runId));
    await queue.takeRuns({ concurrency: 1, signal: new AbortController().signal, onRun });`;
  const child = spawn(process.execPath, ["--conditions=noxus-source", "--input-type=module", "-e", program]);
  const exit = once(child, "exit");
  const taken = once(child.stdout, "data");
  child.stderr.pipe(process.stderr);
  return async () => {
    await Promise.race([taken, exit]);
    child.kill("SIGKILL");
    await exit;
  };
}

/** How many jobs are in which state. */
async function states({ db }: Database): Promise<Record<string, number>> {
  const { rows } = await db.execute<{ state: string; count: number }>(
    sql`select state::text as state, count(*)::int as count from queue.job where name = 'runs' group by 1`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const places = [
  { name: "the embedded PostgreSQL", open: embeddedPlace, skip: false },
  { name: "Debian's PostgreSQL (skipped where it is not installed)", open: debianPlace, skip: !debian },
];

for (const { name, open, skip } of places) {
  describe.skipIf(skip)(`on ${name}`, () => {
    let place: Place;
    let queue: RunQueue;

    beforeAll(async () => {
      place = await open();
      queue = await createRunQueue({ database: place.database, logger: silent });
    });
    afterEach(async () => {
      await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
      await place.database.db.execute(sql`delete from queue.job`);
    });
    afterAll(async () => {
      await queue.close();
      await place.drop();
    });

    test("a run that is enqueued is looked at once, by one of several takers", async () => {
      const seen: string[] = [];
      const all = Promise.withResolvers<void>();
      const onRun = ({ runId }: RunJob) => {
        seen.push(runId);
        if (seen.length === 20) all.resolve();
      };
      const takers = [take(queue, onRun), take(queue, onRun)];
      const ids = await Promise.all(Array.from({ length: 20 }, () => enqueue(queue, place.database)));
      await all.promise;
      await Promise.all(takers.map(({ stop }) => stop()));
      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(await states(place.database)).toEqual({ completed: 20 });
    });

    test("a transaction that is rolled back enqueues nothing", async () => {
      const seen: string[] = [];
      const came = Promise.withResolvers<void>();
      take(queue, ({ runId }) => {
        seen.push(runId);
        came.resolve();
      });
      const rolledBack = place.database.db.transaction(async (tx) => {
        await queue.enqueue(tx, { runId: randomUUID(), workspaceId });
        throw new Error("no");
      });
      await expect(rolledBack).rejects.toThrow("no");
      const kept = await enqueue(queue, place.database);
      await came.promise;
      expect(seen).toEqual([kept]);
      expect(Object.values(await states(place.database))).toEqual([1]);
    });

    test("a run whose notification is lost is found by looking", async () => {
      const came = Promise.withResolvers<string>();
      take(queue, ({ runId }) => came.resolve(runId));
      // Nobody is told of it: the row is put where the queue keeps it, as a retry is.
      const id = randomUUID();
      await place.database.db.execute(
        sql`insert into queue.job (name, data, retry_limit, policy) values ('runs', ${JSON.stringify({ runId: id, workspaceId })}::jsonb, 3, 'standard')`,
      );
      expect(await came.promise).toBe(id);
    });

    test("no more runs than there are slots are looked at at once, and higher priority comes first", async () => {
      const low = await enqueue(queue, place.database, randomUUID(), 0);
      const high = await enqueue(queue, place.database, randomUUID(), 5);
      const order: string[] = [];
      let now = 0;
      let most = 0;
      const all = Promise.withResolvers<void>();
      take(
        queue,
        async ({ runId }) => {
          most = Math.max(most, ++now);
          await place.database.pool.query("select 1");
          now--;
          if (order.push(runId) === 2) all.resolve();
        },
        { concurrency: 1 },
      );
      await all.promise;
      expect(order).toEqual([high, low]);
      expect(most).toBe(1);
    });

    test("a run whose handler fails is handed out again", async () => {
      const tries: string[] = [];
      const again = Promise.withResolvers<void>();
      take(queue, ({ runId }) => {
        if (tries.push(runId) === 1) throw new Error("not this time");
        again.resolve();
      });
      const id = await enqueue(queue, place.database);
      await again.promise;
      expect(tries).toEqual([id, id]);
    });

    test("the run of a taker that was killed is handed to another when its heartbeat has lapsed", async () => {
      const killTaker = await takeInAnotherProcess(place.url);
      const id = await enqueue(queue, place.database);
      await killTaker();
      // Time passes.
      await place.database.db.execute(sql`update queue.job set heartbeat_on = now() - interval '1 minute'`);
      await place.database.db.execute(sql`update queue.queue set monitor_claim_on = null, monitor_on = null`);
      const came = Promise.withResolvers<string>();
      take(queue, ({ runId }) => came.resolve(runId));
      expect(await came.promise).toBe(id);
    });

    test("stopping waits for the runs under way and takes no more", async () => {
      const started = Promise.withResolvers<void>();
      const finish = Promise.withResolvers<void>();
      let finished = false;
      const { stop } = take(
        queue,
        async () => {
          started.resolve();
          await finish.promise;
          finished = true;
        },
        { concurrency: 1 },
      );
      await enqueue(queue, place.database);
      await started.promise;
      await enqueue(queue, place.database);
      const stopped = stop();
      finish.resolve();
      await stopped;
      expect(finished).toBe(true);
      expect(await states(place.database)).toEqual({ completed: 1, created: 1 });
    });
  });
}
