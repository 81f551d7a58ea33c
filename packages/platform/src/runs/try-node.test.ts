import type { ErrorBody, Run } from "@noxus/contracts";
import { generateKey } from "@noxus/service";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startWorkerProcess, type WorkerProcess } from "../../../../fixtures/worker-process.ts";

let platform: TestPlatform;
let worker: WorkerProcess;
beforeAll(async () => {
  const NOXUS_ENCRYPTION_KEY = generateKey();
  platform = await startTestPlatform({ NOXUS_ENCRYPTION_KEY });
  worker = await startWorkerProcess({ DATABASE_URL: platform.databaseUrl, NOXUS_ENCRYPTION_KEY });
});
afterAll(async () => {
  await worker?.kill("SIGKILL");
  await platform?.stop();
});

interface Trial extends Run {
  tried_node: string | null;
  definition: { nodes: { type: string }[] };
  nodes: { outputs: unknown; inputs: unknown; item: number | null }[];
}

const tried = (type: string, body: object, key = platform.adminKey) =>
  platform.send(`/v1/nodes/${type}/runs`, { body, key });

async function ended(type: string, body: object): Promise<Trial> {
  const { id } = (await (await tried(type, body)).json()) as Run;
  return vi.waitUntil(
    async () => {
      const run = await platform.json<Trial>(`/v1/runs/${id}/data`);
      return run.finished_at && run;
    },
    { timeout: 20_000 },
  );
}

async function refusal(type: string, body: object): Promise<ErrorBody & { status: number }> {
  const answer = await tried(type, body);
  return { ...((await answer.json()) as ErrorBody), status: answer.status };
}

test("a node runs alone with its inputs and configuration, as a run with a journal", async () => {
  const run = await ended("ComposeTextNode", {
    inputs: { variables: { Who: "Ada" } },
    config: { template: "Hello ((Who)), not :var[nobody.name]" },
  });
  expect(run).toMatchObject({ status: "completed", tried_node: "ComposeTextNode" });
  expect(run.nodes).toMatchObject([{ outputs: { output: "Hello Ada, not :var[nobody.name]" } }]);
  expect(run.definition.nodes).toMatchObject([{ type: "ComposeTextNode" }]);
});

test("a node that fails says why, and the trial can be replayed", async () => {
  const run = await ended("JsonQueryNode", { inputs: { input: { a: 1 } }, config: { expression: "$.(" } });
  expect(run).toMatchObject({ status: "failed", error: { nodeId: "node" } });
  const again = await platform.json<Trial>(`/v1/runs/${run.id}/replay`, { body: {} });
  expect(again).toMatchObject({ tried_node: "JsonQueryNode", input: run.input });
});

test("what cannot be tried is refused in words of the node, all problems at once", async () => {
  expect(await refusal("JsonQuery", {})).toMatchObject({ status: 404, error: "not_found" });
  expect((await refusal("JsonQuery", {})).detail).toMatch(/Did you mean "JsonQueryNode"/);
  expect((await refusal("OutputNode", {})).detail).toMatch(/does nothing alone/);
  const unknown = await refusal("JsonQueryNode", { inputs: { inpu: 1 } });
  expect(unknown.fields).toEqual([
    { path: "inputs.inpu", message: 'The node has no input "inpu". Did you mean "input"?' },
  ]);
  const missing = await refusal("JsonQueryNode", {});
  expect(missing.fields?.map(({ path }) => path)).toEqual(["inputs.input", "config.expression"]);
  expect(missing.detail).not.toMatch(/connected|nodes\[0\]|\(node\)/);
});

test("a trial belongs to its workspace, and its workflow is none that anybody sees", async () => {
  const stranger = await createTestWorkspace(platform, "stranger");
  const body = { inputs: { input: {} }, config: { expression: "$" } };
  const runs = await Promise.all([1, 2].map(async () => (await tried("JsonQueryNode", body)).json()));
  const [own] = runs as Run[];
  expect((await platform.send(`/v1/runs/${own?.id}`, { key: stranger.key })).status).toBe(404);
  const theirs = (await (await tried("JsonQueryNode", body, stranger.key)).json()) as Run;
  expect(theirs.workflow_id).not.toBe(own?.workflow_id);
  expect(await platform.json("/v1/workflows")).toMatchObject({ items: [], total: 0 });
  for (const [method, path] of [
    ["GET", ""],
    ["DELETE", ""],
    ["POST", "/runs"],
  ] as const) {
    const address = `/v1/workflows/${own?.workflow_id}${path}`;
    const answer = await platform.send(address, { method, ...(method === "POST" && { body: {} }) });
    expect([method, answer.status]).toEqual([method, 404]);
  }
});
