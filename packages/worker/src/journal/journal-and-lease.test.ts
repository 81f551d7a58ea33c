import { connect, type Database, migrate, runEvents, runs, workflows, workspaces } from "@noxus/database";
import { asc, eq } from "@noxus/database/sql";
import { createLogger } from "@noxus/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, debianBinaries, debianPostgres, silent } from "../../../../fixtures/postgres.ts";
import { type LeasedRun, Leases } from "../queue/leases.ts";
import { LargeValues } from "./large-values.ts";
import { loadPastNodeRuns } from "./past-node-runs.ts";
import { patientSql } from "./patient-sql.ts";
import { RunJournal } from "./run-journal.ts";
import type { Sql } from "./sql.ts";

interface Place {
  database: Database;
  drop: () => Promise<void>;
}

async function embedded(): Promise<Place> {
  return createTestDatabase();
}

async function debian(): Promise<Place> {
  const server = await debianPostgres();
  if (!server) throw new Error("Debian's PostgreSQL is not installed.");
  await migrate(server.url, { signal: AbortSignal.timeout(60_000) });
  const database = connect({ url: server.url, max: 5, applicationName: "test", logger: silent });
  const drop = async () => {
    await database.close();
    await server.stop();
  };
  return { database, drop };
}

const isInstalled = (await debianBinaries()) !== undefined;
const leaseMs = 60_000;

/** What journal and lease promise, the same on every PostgreSQL. */
function conformance(open: () => Promise<Place>): void {
  let place: Place;
  let workflowId: string;
  let workspaceId: string;
  beforeAll(async () => {
    place = await open();
    const { db } = place.database;
    const [workspace] = await db.insert(workspaces).values({ name: "test" }).returning();
    workspaceId = workspace?.id ?? "";
    const [workflow] = await db
      .insert(workflows)
      .values({ workspaceId, name: "w", definition: {} })
      .returning();
    workflowId = workflow?.id ?? "";
  }, 60_000);
  afterAll(() => place?.drop());

  const newRun = async () => {
    const [run] = await place.database.db
      .insert(runs)
      .values({ workspaceId, workflowId, definition: {} })
      .returning();
    return run?.id ?? "";
  };
  const leasesOf = (owner: string) => new Leases({ pool: place.database.pool, owner, leaseMs });
  const take = async (owner: string, runId: string, ms = leaseMs) => {
    const leases = new Leases({ pool: place.database.pool, owner, leaseMs: ms });
    return (await leases.take(100)).find(({ id }) => id === runId);
  };
  const taken = async (owner: string, runId: string): Promise<LeasedRun> => {
    const run = await take(owner, runId);
    if (!run) throw new Error(`${owner} did not get the run.`);
    return run;
  };
  const journalOf = (owner: string, { id, epoch, journal_seq }: LeasedRun, sql: Sql = place.database.pool) =>
    new RunJournal({
      ...{ pool: sql, runId: id, epoch, owner, leaseMs, progress: 0, seq: journal_seq },
      large: new LargeValues(sql, id),
      limits: { nodeLength: 1_000, outputLength: 2_000 },
    });
  const event = (type: string) => ({ event: { type, data: {} } });
  const record = (status: "running" | "completed", outputs = {}) => ({
    record: {
      node_id: "n",
      item: "",
      attempt: 1,
      node_type: "T",
      status,
      outputs,
      ready_at: new Date().toISOString(),
    },
  });
  const eventsOf = async (runId: string) => {
    const { db } = place.database;
    const rows = await db
      .select()
      .from(runEvents)
      .where(eq(runEvents.runId, runId))
      .orderBy(asc(runEvents.id));
    return rows.map(({ type }) => type);
  };
  const letRunOut = (id: string) =>
    place.database.db
      .update(runs)
      .set({ leaseUntil: new Date(0) })
      .where(eq(runs.id, id));

  test("of many that want a run at once, one gets it, and nobody else while its lease lasts", async () => {
    const id = await newRun();
    const tries = await Promise.all(["a", "b", "c", "d"].map((owner) => take(owner, id)));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await take("e", id)).toBeUndefined();
  });

  test("a lease that was given back can be taken at once, a stranger cannot give it back", async () => {
    const run = await taken("a", await newRun());
    expect(await leasesOf("b").release(run)).toBe(false);
    expect(await leasesOf("a").release(run)).toBe(true);
    expect((await taken("b", run.id)).epoch).toBe(run.epoch + 1);
  });

  test("what the worker before writes is refused when another has the run, even one of the same name", async () => {
    const first = await taken("a", await newRun());
    const journal = journalOf("a", first);
    journal.add(event("mine"));
    await journal.flush();
    await leasesOf("a").release(first);
    const second = await taken("a", first.id);
    journal.add(event("late"));
    await expect(journal.flush()).rejects.toMatchObject({ kind: "lost" });
    expect(await leasesOf("a").renew([first])).toEqual([]);
    const next = journalOf("a", second);
    next.add(event("next"));
    await next.flush();
    expect(await eventsOf(first.id)).toEqual(["mine", "next"]);
  });

  test("a lease that ran out is found by whoever looks, and renewing keeps it", async () => {
    const run = await taken("a", await newRun());
    await letRunOut(run.id);
    expect(await leasesOf("a").renew([run])).toEqual([
      { id: run.id, cancel_requested: false, pause_requested: false, wake_requested: false },
    ]);
    expect(await take("b", run.id, 1)).toBeUndefined();
    await letRunOut(run.id);
    expect(await take("b", run.id, 1)).toBeDefined();
  });

  test("a lease that ran out while PostgreSQL was away is left to its worker for one lease's time", async () => {
    const run = await taken("a", await newRun());
    await letRunOut(run.id);
    const dayMs = 86_400_000;
    expect(await take("b", run.id, dayMs)).toBeUndefined();
  });

  test("a statement whose answer was lost is not executed twice, its end neither", async () => {
    const run = await taken("a", await newRun());
    const { pool } = place.database;
    let commits = 0;
    const query = async (statement: { name?: string }, values?: unknown[]) => {
      const answer = await pool.query(statement as never, values);
      // Every other answer does not arrive.
      const isLost = statement.name === "journal-commit" && ++commits % 2 === 1;
      if (isLost) throw new Error("Connection terminated unexpectedly");
      return answer;
    };
    const logger = createLogger({ program: "test", level: "silent" });
    const signal = new AbortController().signal;
    const sql = patientSql({ query } as never, { patienceMs: 10_000, logger, signal });
    const journal = journalOf("a", run, sql);
    journal.add(event("one"));
    await journal.flush();
    journal.add({ ...event("two"), ...record("completed", { x: 1 }) });
    await journal.flush();
    await journal.end({ status: "completed", output: {} }, event("end").event);
    expect(await eventsOf(run.id)).toEqual(["one", "two", "end"]);
    const [row] = await place.database.db.select().from(runs).where(eq(runs.id, run.id));
    expect(row).toMatchObject({ status: "completed", leaseOwner: null, journalSeq: 3 });
    expect(commits).toBe(6);
  });

  test("a large value is kept once, beside its rows, and the next life of the run has it whole", async () => {
    const run = await taken("a", await newRun());
    const large = { text: "x".repeat(3_000) };
    const journal = journalOf("a", run);
    const { record: made } = record("completed", { large, small: 1 });
    journal.add({ record: { ...made, node_id: "maker" } });
    journal.add({
      record: { ...made, node_id: "taker", inputs: { in: large }, outputs: { again: { ...large } } },
    });
    await journal.end(
      { status: "completed", output: { small: "x".repeat(1_500), large } },
      event("end").event,
    );

    const { pool } = place.database;
    const { rows } = await pool.query<{ sha256: string }>(
      "select sha256 from large_values where run_id = $1",
      [run.id],
    );
    expect(rows).toHaveLength(1);
    const reference = {
      $large_value: rows[0]?.sha256,
      size: JSON.stringify(large).length,
      preview: expect.stringMatching(/^\{"text":"xxx/),
    };
    const { rows: written } = await pool.query(
      "select node_id, inputs, outputs from node_runs where run_id = $1 order by node_id",
      [run.id],
    );
    expect(written).toEqual([
      { node_id: "maker", inputs: null, outputs: { large: reference, small: 1 } },
      { node_id: "taker", inputs: { in: reference }, outputs: { again: reference } },
    ]);
    const [row] = await place.database.db.select().from(runs).where(eq(runs.id, run.id));
    expect(row?.output).toEqual({ small: "x".repeat(1_500), large: reference });
    const past = await loadPastNodeRuns(pool, run.id, new LargeValues(pool, run.id));
    expect(past.get("maker ")?.outputs).toEqual({ large, small: 1 });
  });

  test("what only looks like a large value, or is another run's, stays what it is", async () => {
    const [owner, stranger] = [await newRun(), await newRun()];
    const { pool } = place.database;
    const kept = await new LargeValues(pool, owner).keepLarge({ value: "secret".repeat(1_000) }, 1_000);
    const forged = { own: kept.value, other: { $large_value: "no hash", size: 1, preview: "" } };
    expect(await new LargeValues(pool, stranger).resolve(forged)).toEqual(forged);
    expect(await new LargeValues(pool, owner).resolve(kept)).toEqual({ value: "secret".repeat(1_000) });
  });

  test("what PostgreSQL lost because it had not waited for the disk is written again with what comes next", async () => {
    const run = await taken("a", await newRun());
    const { pool } = place.database;
    let isForgetful = true;
    const query = async (statement: unknown, values?: unknown[]) => {
      if (!isForgetful) return pool.query(statement as never, values);
      const client = await pool.connect();
      try {
        await client.query("begin");
        const answer = await client.query(statement as never);
        await client.query("rollback");
        return answer;
      } finally {
        client.release();
      }
    };
    const journal = journalOf("a", run, { query } as never);
    journal.add({ ...event("one"), ...record("running") });
    await journal.flush();
    isForgetful = false;
    journal.add({ ...event("two"), ...record("completed", { x: 1 }), durable: true });
    await journal.flush();
    expect(await eventsOf(run.id)).toEqual(["one", "two"]);
    const { rows } = await pool.query("select status, outputs from node_runs where run_id = $1", [run.id]);
    expect(rows).toEqual([{ status: "completed", outputs: { x: 1 } }]);
  });
}

describe("embedded PostgreSQL", () => conformance(embedded));
describe.skipIf(!isInstalled)("Debian's PostgreSQL (skipped where it is not installed)", () =>
  conformance(debian),
);
