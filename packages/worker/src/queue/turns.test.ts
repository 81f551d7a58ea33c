import { runs, workflows, workspaces } from "@noxus/database";
import { eq, sql } from "@noxus/database/sql";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../fixtures/postgres.ts";
import { Leases } from "./leases.ts";

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterEach(() => test_.database.db.delete(workspaces));
afterAll(() => test_.drop());

const leasesOf = (owner: string) => new Leases({ pool: test_.database.pool, owner, leaseMs: 60_000 });
const take = (limit: number, owner = "worker") => leasesOf(owner).take(limit);

async function workspace(name: string, maxConcurrentRuns: number | null = null): Promise<string> {
  const values = { name, maxConcurrentRuns };
  const [row] = await test_.database.db.insert(workspaces).values(values).returning();
  return row?.id ?? "";
}

/** A workflow with so many runs that wait; older ones where `age` is larger. */
async function waiting(
  workspaceId: string,
  count: number,
  { age = 0, limit = null as number | null } = {},
): Promise<string> {
  const { db } = test_.database;
  const values = { workspaceId, name: "w", definition: {}, maxConcurrentRuns: limit };
  const [workflow] = await db.insert(workflows).values(values).returning();
  await db.execute(sql`insert into runs (workspace_id, workflow_id, definition, created_at)
    select ${workspaceId}::uuid, ${workflow?.id}::uuid, '{}', now() - ${age}::int * interval '1 hour' + n * interval '1 ms'
    from generate_series(1, ${count}) n`);
  return workflow?.id ?? "";
}

const countBy = <T>(items: readonly T[]) =>
  Object.fromEntries([...new Set(items)].map((one) => [one, items.filter((each) => each === one).length]));

test("a workspace with ten thousand waiting runs does not keep another one's waiting", async () => {
  const [big, small] = [await workspace("big"), await workspace("small")];
  await waiting(big, 10_000, { age: 10 });
  await waiting(small, 3);
  const taken = await take(8);
  expect(countBy(taken.map((run) => run.workspace_id))).toEqual({ [big]: 5, [small]: 3 });
});

test("the next place is the workspace's that has the fewest under way, whoever came first", async () => {
  const [first, second] = [await workspace("first"), await workspace("second")];
  await waiting(first, 100, { age: 2 });
  expect(await take(10)).toHaveLength(10);
  await waiting(second, 100);
  const taken = await take(10);
  expect(countBy(taken.map((run) => run.workspace_id))).toEqual({ [second]: 10 });
});

test("within a workspace the oldest come first, whatever their workflow", async () => {
  const own = await workspace("own");
  const newer = await waiting(own, 2);
  const older = await waiting(own, 2, { age: 1 });
  const taken = [...(await take(2)), ...(await take(2))];
  expect(taken.map((run) => run.workflow_id)).toEqual([older, older, newer, newer]);
});

test("the limits of workspaces and workflows hold, to the run, for workers that take at one moment", async () => {
  const [limited, open] = [await workspace("limited", 4), await workspace("open")];
  await waiting(limited, 50, { age: 1 });
  const single = await waiting(open, 50, { age: 2, limit: 1 });
  const other = await waiting(open, 5);
  const taken = (await Promise.all(["a", "b", "c", "d"].map((owner) => take(20, owner)))).flat();
  expect(countBy(taken.map((run) => run.workflow_id))).toMatchObject({ [single]: 1, [other]: 5 });
  expect(taken.filter((run) => run.workspace_id === limited)).toHaveLength(4);
  expect(taken.filter((run) => run.workspace_id === limited).every((run) => run.has_limit)).toBe(true);
  expect(await take(20)).toEqual([]);
  const [ended] = taken.filter((run) => run.workflow_id === single);
  const { db } = test_.database;
  await db
    .update(runs)
    .set({ status: "completed" })
    .where(eq(runs.id, ended?.id ?? ""));
  expect((await take(20)).map((run) => run.workflow_id)).toEqual([single]);
});

test("a run whose worker is gone goes on before those that wait, and keeps its place within the limit", async () => {
  const own = await workspace("own", 1);
  await waiting(own, 3);
  const [run] = await take(5);
  await test_.database.db.update(runs).set({ leaseUntil: null }).where(eq(runs.status, "running"));
  expect((await take(5, "another")).map(({ id, epoch }) => [id, epoch])).toEqual([[run?.id, 2]]);
});
