import { manifestSchema, NoxusError } from "@noxus/contracts";
import { createRegistry, parseWorkflow } from "@noxus/workflow";
import { expect, test } from "vitest";
import { LargeValues } from "../journal/large-values.ts";
import { type PastNodeRun, pastKey } from "../journal/past-node-runs.ts";
import { RunJournal } from "../journal/run-journal.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";
import { RunControl } from "../queue/run-control.ts";
import { executeNode } from "./node-execution.ts";
import { RunInterrupted } from "./run-error.ts";

const manifest = manifestSchema.parse({
  name: "p",
  version: "1",
  nodes: [{ type: "Slow", max_timeout: 0.05 }],
});
const registry = createRegistry([{ id: "p", name: "p", manifest }]);

/** Of a node with this policy. */
function graphWith(policy: object) {
  const node = { id: "n", type: "Slow", node_config: { __policy: policy } };
  return parseWorkflow({ nodes: [node], edges: [] }, registry);
}

interface Life {
  signal?: AbortSignal;
  policy?: object;
  past?: PastNodeRun;
}

/** Executes the node with a journal whose statements are kept here instead of in PostgreSQL. */
async function execute(executor: NodeExecutor, { signal, policy = {}, past: before }: Life = {}) {
  const statements: unknown[][] = [];
  const pool = {
    query: async ({ values }: { values: unknown[] }) => {
      statements.push(values);
      return { rowCount: 1, rows: [] };
    },
  };
  const lease = { runId: "run", epoch: 1, owner: "w", leaseMs: 1_000, progress: 0, seq: 0 };
  const limits = { nodeLength: 1_000, outputLength: 1_000 };
  const large = new LargeValues(pool as never, "run");
  const journal = new RunJournal({ pool: pool as never, ...lease, large, limits });
  const node = graphWith(policy).nodes.get("n");
  if (!node) throw new Error("no node");
  const run = { id: "run", workspaceId: "workspace", workflowId: "workflow", releases: new Set<string>() };
  const execution = {
    node,
    journalId: "n",
    item: "",
    isMapped: false,
    control: new RunControl(),
    sql: pool as never,
    values: { inputs: {}, config: {} },
    run,
    journal,
    signal: signal ?? new AbortController().signal,
  };
  const past = new Map(before && [[pastKey("n", ""), before]]);
  const outcome = await executeNode({
    ...execution,
    past,
    execute: executor,
    readyAt: new Date().toISOString(),
  }).catch((error: unknown) => error);
  await journal.flush();
  const records = statements.map((values) => JSON.parse(String(values[8])));
  return { outcome, records: records.flat(), waitedForDisk: statements.map((values) => values[10] === null) };
}

test("a call is noted before it starts, its result waits for the disk", async () => {
  const { outcome, records, waitedForDisk } = await execute(({ idempotencyKey }) => ({
    key: idempotencyKey,
  }));
  expect(outcome).toEqual({ key: "run:n:1" });
  expect(records.map(({ status }) => status)).toEqual(["running", "completed"]);
  expect(waitedForDisk).toEqual([false, true]);
});

test("a node that runs longer than its limit fails, whether it heeds its signal or not", async () => {
  for (const executor of [
    () => new Promise<never>(() => {}),
    ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  ]) {
    const { outcome, records } = await execute(executor);
    expect(outcome).toMatchObject({ code: "node_timeout", message: expect.stringContaining("0.05 s") });
    expect(records.at(-1)).toMatchObject({ status: "failed", error: { code: "node_timeout", nodeId: "n" } });
  }
});

test("a run that is interrupted stops its call, and says so in the journal", async () => {
  const run = new AbortController();
  const { outcome, records } = await execute(
    () => {
      run.abort(new RunInterrupted("cancelled"));
      return new Promise<never>(() => {});
    },
    { signal: run.signal },
  );
  expect(outcome).toMatchObject({ kind: "cancelled" });
  expect(records.at(-1)).toMatchObject({ status: "stopped" });
});

const failTimes = (times: number, keys: string[] = []): NodeExecutor => {
  return ({ idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (keys.length <= times) throw new NoxusError("node_failed", `no ${keys.length}`);
    return { output: "done" };
  };
};
const soon = { backoff: 0.001 };

test("a node that fails is tried again as often as its policy says, each attempt journaled under its own key", async () => {
  const keys: string[] = [];
  const { outcome, records } = await execute(failTimes(2, keys), { policy: { retries: 2, ...soon } });
  expect(outcome).toEqual({ output: "done" });
  expect(keys).toEqual(["run:n:1", "run:n:2", "run:n:3"]);
  const ends = records.filter(({ status }) => status !== "running");
  expect(ends.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, "failed"],
    [2, "failed"],
    [3, "completed"],
  ]);
  const tooOften = await execute(failTimes(3), { policy: { retries: 2, ...soon } });
  expect(tooOften.outcome).toMatchObject({ message: "no 3" });
});

test("attempts of an earlier life of the run count, and what will fail for ever is not tried again", async () => {
  const keys: string[] = [];
  const past = {
    attempt: 2,
    status: "failed" as const,
    outputs: null,
    error: null,
    failures: 2,
    wait: null,
    started_at: null,
    plugin_release: null,
  };
  await execute(failTimes(9, keys), { policy: { retries: 2, ...soon }, past });
  expect(keys).toEqual(["run:n:3"]);
  let calls = 0;
  const wrong = () => {
    calls += 1;
    throw new NoxusError("expression_invalid", "it does not parse");
  };
  await execute(wrong, { policy: { retries: 5, ...soon } });
  expect(calls).toBe(1);
});

test("a node with a default goes on with it, and an earlier life's default stays", async () => {
  const policy = { retries: 1, on_error: "default", default: { output: [] }, ...soon };
  const { outcome, records } = await execute(failTimes(9), { policy });
  expect(outcome).toEqual({ output: [] });
  expect(records.at(-1)).toMatchObject({ attempt: 2, status: "failed", outputs: { output: [] } });
  const past = {
    attempt: 2,
    status: "failed" as const,
    outputs: { output: [] },
    error: null,
    failures: 2,
    wait: null,
    started_at: null,
    plugin_release: null,
  };
  expect((await execute(() => expect.unreachable(), { policy, past })).outcome).toEqual({ output: [] });
});

test("a call that was under way when its worker was lost is made again, unless the policy forbids it", async () => {
  const past = {
    attempt: 1,
    status: "running" as const,
    outputs: null,
    error: null,
    failures: 0,
    wait: null,
    started_at: null,
    plugin_release: null,
  };
  expect((await execute(failTimes(0), { past })).outcome).toEqual({ output: "done" });
  const policy = { on_interruption: "fail", retries: 3, ...soon };
  const { outcome, records } = await execute(() => expect.unreachable(), { policy, past });
  expect(outcome).toMatchObject({ code: "node_failed", data: { started: "perhaps" } });
  expect(records).toMatchObject([{ attempt: 1, status: "failed" }]);
  // The same goes for one that ran out of time: its effect may have happened.
  let calls = 0;
  const endless = () => {
    calls += 1;
    return new Promise<never>(() => {});
  };
  expect((await execute(endless, { policy })).outcome).toMatchObject({ code: "node_timeout" });
  expect(calls).toBe(1);
});

test("a policy's time limit holds where it is shorter than the type's", async () => {
  const { outcome } = await execute(() => new Promise<never>(() => {}), { policy: { timeout: 0.01 } });
  expect(outcome).toMatchObject({ message: expect.stringContaining("0.01 s") });
});
