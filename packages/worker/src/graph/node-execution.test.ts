import { manifestSchema } from "@noxus/contracts";
import { createRegistry, parseWorkflow } from "@noxus/workflow";
import { expect, test } from "vitest";
import { RunJournal } from "../journal/run-journal.ts";
import type { NodeExecutor } from "../nodes/node-call.ts";
import { executeNode } from "./node-execution.ts";
import { RunInterrupted } from "./run-error.ts";

const manifest = manifestSchema.parse({
  name: "p",
  version: "1",
  nodes: [{ type: "Slow", max_timeout: 0.05 }],
});
const graph = parseWorkflow(
  { nodes: [{ id: "n", type: "Slow" }], edges: [] },
  createRegistry([{ id: "p", name: "p", manifest }]),
);

/** Executes the node with a journal whose statements are kept here instead of in PostgreSQL. */
async function execute(executor: NodeExecutor, signal = new AbortController().signal) {
  const statements: unknown[][] = [];
  const pool = {
    query: async ({ values }: { values: unknown[] }) => {
      statements.push(values);
      return { rowCount: 1, rows: [] };
    },
  };
  const lease = { runId: "run", epoch: 1, owner: "w", leaseMs: 1_000, progress: 0 };
  const journal = new RunJournal({ pool: pool as never, ...lease });
  const node = graph.nodes.get("n");
  if (!node) throw new Error("no node");
  const run = { id: "run", workspaceId: "workspace", workflowId: "workflow" };
  const execution = {
    node,
    journalId: "n",
    item: "",
    values: { inputs: {}, config: {} },
    run,
    journal,
    signal,
  };
  const past = new Map();
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
  const { outcome, records } = await execute(() => {
    run.abort(new RunInterrupted("cancelled"));
    return new Promise<never>(() => {});
  }, run.signal);
  expect(outcome).toMatchObject({ kind: "cancelled" });
  expect(records.at(-1)).toMatchObject({ status: "stopped" });
});
