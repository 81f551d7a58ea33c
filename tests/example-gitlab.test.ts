import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { noxusJson, runNoxus, type StartedNoxus, startNoxus } from "../fixtures/noxus-command.ts";
import { GitLabServer } from "../plugins/gitlab/gitlab-server.ts";

/** The example integration in the whole product: configuration by Zod, renewed credentials, its trigger. */
let cwd: string;
let noxus: StartedNoxus;
let gitlab: GitLabServer;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-gitlab-"));
  [noxus, gitlab] = await Promise.all([startNoxus(["--no-examples"], { cwd }), GitLabServer.start()]);
  gitlab.addIssue("Engine stops");
  const plugin = join(dirname(import.meta.dirname), "plugins/gitlab");
  expect(await runNoxus(["plugin", "install", plugin, "--local"], { cwd })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await noxus?.stop();
  gitlab?.close();
  rmSync(cwd, { recursive: true, force: true });
});

async function createWorkflow(name: string, nodes: object[], edges: object[]): Promise<void> {
  const file = join(cwd, `${name}.json`);
  writeFileSync(file, JSON.stringify({ name, type: "flow", definition: { nodes, edges } }));
  await noxusJson(["workflow", "create", file], { cwd });
}

async function createListing(name: string, config: object): Promise<void> {
  const edge = {
    from_id: { node_id: "list", connector_name: "count" },
    to_id: { node_id: "out", connector_name: "input" },
  };
  const list = { id: "list", type: "GitLabListIssuesNode", name: "List", node_config: config };
  const out = { id: "out", type: "OutputNode", name: "Count", node_config: { label: "count" } };
  await createWorkflow(name, [list, out], [edge]);
}

const run = (name: string) => runNoxus(["workflow", "run", name, "--follow"], { cwd });

async function storeCredentials(payload: object): Promise<void> {
  const key = readFileSync(join(noxus.dataFolder, "admin-key"), "utf8").trim();
  const answer = await fetch(`${noxus.url}/v1/credentials`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ integration: "gitlab", payload }),
  });
  expect(answer.status).toBe(201);
}

test("without credentials a run says what to connect", async () => {
  await createListing("issues", { project: "team/tools" });
  const { code, stdout, stderr } = await run("issues");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain("connect GitLab to the workspace");
});

test("tokens that have ended are renewed once and stored: another process has the new ones", async () => {
  await storeCredentials(gitlab.endedCredentials());
  expect((await run("issues")).stdout).toContain("count: 1");
  expect(await runNoxus(["plugin", "reload", "gitlab"], { cwd })).toMatchObject({ code: 0 });
  expect((await run("issues")).stdout).toContain("count: 1");
  expect(gitlab.requests.filter((one) => one === "POST /oauth/token")).toHaveLength(1);
});

test("a configuration that the Zod schema refuses fails the run with the field and the reason", async () => {
  await createListing("wrong", { project: "team/tools", limit: 0, state: "ajar" });
  const { code, stdout, stderr } = await run("wrong");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/state[\s\S]*"opened"[\s\S]*limit[\s\S]*>=1/);
});

test("its trigger starts a workflow with an issue that is opened", async () => {
  const edge = {
    from_id: { node_id: "in", connector_name: "output" },
    to_id: { node_id: "out", connector_name: "input" },
  };
  const label = { label: "title", type: "str" };
  const nodes = [
    { id: "in", type: "InputNode", name: "Title", node_config: label },
    { id: "out", type: "OutputNode", name: "Title", node_config: label },
  ];
  await createWorkflow("announce", nodes, [edge]);
  const words = ["trigger", "create", "announce", "gitlab-new-issue", "--config", "project=team/tools"];
  await noxusJson([...words, "--every", "1"], { cwd });
  const hasPolled = () => expect(gitlab.requests.some((one) => /per_page=1&/.test(one))).toBe(true);
  await vi.waitFor(hasPolled, { timeout: 30_000, interval: 100 });
  gitlab.addIssue("Engine smokes");
  const hasRun = async () => {
    const runs = await noxusJson<Run[]>(["run", "list", "--workflow", "announce"], { cwd });
    expect(runs).toMatchObject([{ status: "completed", output: { title: "Engine smokes" } }]);
  };
  await vi.waitFor(hasRun, { timeout: 30_000, interval: 500 });
});
