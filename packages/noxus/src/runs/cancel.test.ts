import type { Run } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noxusJson, runNoxus } from "../../../../fixtures/noxus-command.ts";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";

/** Without a worker, so that a run stays queued until somebody stops it. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());

const options = () => ({
  cwd: platform.dataFolder,
  env: { NOXUS_BACKEND_URL: platform.url, NOXUS_API_KEY: platform.adminKey },
});

test("a run that waits is stopped, and one that has ended is said to have", async () => {
  const definition = { nodes: [v1Node("in", "InputNode", { label: "Name", type: "str" })], edges: [] };
  const body = { name: "waiting", definition };
  const { id: workflow } = await platform.json<{ id: string }>("/v1/workflows", { body });
  const run = await platform.json<Run>(`/v1/workflows/${workflow}/runs`, { body: { input: { Name: "x" } } });
  const told = await runNoxus(["run", "cancel", run.id], options());
  expect(told).toMatchObject({ code: 0, stdout: `${run.id} stopped.\n` });
  const again = await runNoxus(["run", "cancel", run.id], options());
  expect(again).toMatchObject({ code: 1, stderr: "error: The run has already ended: it is stopped.\n" });
  expect(await noxusJson<Run>(["run", "show", run.id], options())).toMatchObject({ status: "stopped" });
});

test("a run that is not there is said to be none", async () => {
  const told = await runNoxus(["run", "cancel", crypto.randomUUID()], options());
  expect(told).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: .*run/i) });
});
