import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { NodeDefinition, Plugin, Run } from "@noxus/contracts";
import { create } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitServer, startGitServer } from "../fixtures/git-server.ts";
import { noxusJson, runNoxus, type StartedNoxus, startNoxus } from "../fixtures/noxus-command.ts";

/** The product's main job exactly as a user types it, from an empty data folder on. */
const root = dirname(import.meta.dirname);
let cwd: string;
let noxus: StartedNoxus;
let git: GitServer;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-main-"));
  [noxus, git] = await Promise.all([startNoxus(["--no-examples"], { cwd }), startGitServer()]);
});

afterAll(async () => {
  const code = await noxus?.stop();
  await git?.close();
  rmSync(cwd, { recursive: true, force: true });
  expect(code).toBe(0);
});

const run = (...words: string[]) => runNoxus(words, { cwd });
const json = <T>(...words: string[]) => noxusJson<T>(words, { cwd });

test("a plugin is installed from Git by branch, path and commit, with its phases shown", async () => {
  const repository = await git.createRepository({ name: "team/plugins", auth: { token: "t0ken" } });
  const sha = await git.commitFolder(repository, join(root, "plugins/text-tools"), {
    under: "plugins/text-tools",
  });
  const { code, stdout, stderr } = await runNoxus(
    [
      "plugin",
      "install",
      repository.url,
      "--path",
      "plugins/text-tools",
      "--commit",
      sha,
      "--token-env",
      "TOKEN",
    ],
    { cwd, env: { TOKEN: "t0ken" } },
  );
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("text-tools 1.0.0 is running"),
  });
  for (const phase of ["fetch", "environment", "start", "ready"])
    expect(stderr).toMatch(new RegExp(`✓ ${phase} `));
  const plugin = await json<Plugin>("plugin", "show", "text-tools");
  expect(plugin).toMatchObject({ status: "running", report: { commit: sha } });
  expect(plugin.report?.sdk?.reason).toBeTruthy();
  expect(JSON.stringify(plugin)).not.toContain("t0ken");
});

test("its nodes are in the registry", async () => {
  const nodes = await json<NodeDefinition[]>("node", "list");
  expect(nodes.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["SlugNode", "WordStatisticsNode", "InputNode"]),
  );
  expect((await run("node", "show", "SlugNode")).stdout).toMatch(/inputs\n {2}text: str/);
});

test("a workflow that uses them is created, run and followed", async () => {
  const file = join(root, "plugins/workflows/article-card.json");
  expect((await run("workflow", "create", file)).stdout).toContain("Created article-card");
  const words = [
    "workflow",
    "run",
    "article-card",
    "--input",
    "title=Ada Lovelace",
    "--input",
    "text=The engine weaves.",
  ];
  const { code, stdout } = await run(...words, "--follow");
  expect(stdout).toMatch(/completed in/);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("address: ada-lovelace"),
  });
  const runs = await json<Run[]>("run", "list", "--workflow", "article-card");
  expect(runs).toMatchObject([{ status: "completed", output: { address: "ada-lovelace" } }]);
  expect((await run("run", "show", runs[0]?.id ?? "")).stdout).toContain("ada-lovelace");
});

test("a TypeScript plugin with dependencies of its own goes the same way, into a workflow with a Python one", async () => {
  const repository = await git.createRepository({ name: "team/typescript", auth: { token: "t0ken" } });
  await git.commitFolder(repository, join(root, "fixtures/plugins-ts/with-dependency"), { under: "compare" });
  const words = ["plugin", "install", repository.url, "--path", "compare", "--token-env", "TOKEN"];
  const { code, stderr } = await runNoxus(words, { cwd, env: { TOKEN: "t0ken" } });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/✓ environment /) });
  const plugin = await json<Plugin>("plugin", "show", "with-dependency");
  expect(plugin).toMatchObject({
    status: "running",
    report: { engine: "node", transport: "stdio", node: process.versions.node },
  });
  writeFileSync(join(cwd, "two-languages.json"), JSON.stringify(twoLanguages));
  const result = await json<Run>(
    ...["workflow", "run", "two-languages.json", "--input", "text=Ada Lovelace", "--follow"],
  );
  expect(result).toMatchObject({ status: "completed", output: { difference: "3" } });
  expect((await run("plugin", "uninstall", "with-dependency")).code).toBe(0);
});

/** A Python node makes a slug of the text, a TypeScript node counts in how many letters it differs. */
const twoLanguages = {
  name: "two-languages",
  type: "flow",
  definition: {
    nodes: [
      { id: "in", type: "InputNode", name: "Text", node_config: { label: "text", type: "str" } },
      { id: "slug", type: "SlugNode", name: "Slug", node_config: {} },
      { id: "compare", type: "compare", name: "Compare", node_config: {} },
      { id: "out", type: "OutputNode", name: "Difference", node_config: { label: "difference" } },
    ],
    edges: [
      edge("in.output", "slug.text"),
      edge("in.output", "compare.one"),
      edge("slug.slug", "compare.other"),
      edge("compare.difference", "out.input"),
    ],
  },
};

function edge(from: string, to: string) {
  const end = (text: string) => {
    const [node_id, connector_name] = text.split(".");
    return { node_id, connector_name };
  };
  return { from_id: end(from), to_id: end(to) };
}

test("a packed plugin with configuration takes a file and gives one", async () => {
  const archive = join(cwd, "document-tools-1.0.0.tar.gz");
  await create({ gzip: true, file: archive, cwd: join(root, "plugins") }, ["document-tools"]);
  expect(await run("plugin", "install", "./document-tools-1.0.0.tar.gz")).toMatchObject({ code: 0 });
  expect(await run("plugin", "configure", "document-tools", "organisation=ACME")).toMatchObject({ code: 0 });
  writeFileSync(join(cwd, "sales.csv"), "name,amount\nAda,3\nBob,4\n");
  const file = join(root, "plugins/workflows/table-report.json");
  const words = [
    "workflow",
    "run",
    file,
    "--input",
    "table=@sales.csv",
    "--input",
    "title=Sales",
    "--follow",
  ];
  const result = await json<Run>(...words);
  expect(result).toMatchObject({ status: "completed", output: { summary: "2 rows, 2 columns" } });
  const report = result.output?.report as { id: string } | undefined;
  expect(await readFile(report?.id ?? "none")).toMatch(/^# Sales\n[\s\S]*Sum of amount: 7\n\nACME\n$/);
});

async function readFile(id: string): Promise<string> {
  const { apiKey } = (await import(join(noxus.dataFolder, "connection.json"), { with: { type: "json" } }))
    .default;
  const answer = await fetch(`${noxus.url}/v1/file/${id}`, { headers: { "x-api-key": apiKey } });
  return answer.text();
}

test("a plugin is reloaded, its log is shown, and it is uninstalled", async () => {
  expect((await run("plugin", "reload", "text-tools", "--dry-run")).stdout).toMatch(
    /^text-tools on .*: replace \(a reload was asked for\)\nNothing was changed\.\n$/,
  );
  expect((await run("plugin", "plan")).stdout).toContain("nothing (what runs is what is wanted)");
  expect(await run("plugin", "reload", "text-tools")).toMatchObject({ code: 0 });
  expect(await run("plugin", "logs", "text-tools", "--tail", "5")).toMatchObject({ code: 0 });
  expect((await run("plugin", "uninstall", "text-tools")).stdout).toBe("text-tools is uninstalled.\n");
  expect((await run("plugin", "list")).stdout).not.toContain("text-tools");
  expect((await json<NodeDefinition[]>("node", "list")).map(({ type }) => type)).not.toContain("SlugNode");
});

test("a local folder is installed where it is", async () => {
  expect(await run("plugin", "install", join(root, "plugins/text-tools"), "--local")).toMatchObject({
    code: 0,
  });
});

test("a plugin of a marketplace is installed in the version that was asked for, and its log can be followed", async () => {
  expect((await run("plugin", "uninstall", "text-tools")).code).toBe(0);
  const market = await git.createRepository({ name: "team/market" });
  await git.commitFolder(market, join(root, "plugins/text-tools"), { under: "text-tools" });
  const words = ["plugin", "install", "text-tools", "--marketplace", market.url, "--version", "1.0.0"];
  expect(await run(...words)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("text-tools 1.0.0 is running"),
  });
  const following = runNoxus(["plugin", "logs", "text-tools", "--follow"], { cwd, timeoutMs: 8_000 });
  expect((await run("plugin", "reload", "text-tools")).code).toBe(0);
  expect((await following).stdout).toContain("(as asked)");
});

test("what fails to install says why, leaves nothing, and ends with 1", async () => {
  const repository = await git.createRepository({ name: "team/empty" });
  await git.commit(repository, { files: { "README.md": "nothing here" } });
  const { code, stderr } = await run("plugin", "install", repository.url, "--branch", "trunk");
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: .*trunk/);
  expect(stderr).toContain("The installation was taken back.");
  expect(await json<Plugin[]>("plugin", "list")).toHaveLength(2);
});

test("wrong words, wrong key and unknown names are answered with what to do", async () => {
  const unknown = await run("plugin", "show", "text-tool");
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("text-tools") });
  const wrongKey = await runNoxus(["plugin", "list"], { cwd, env: { NOXUS_API_KEY: "wrong" } });
  expect(wrongKey.stderr).toMatch(/^error: .* refused the API key\. .*NOXUS_API_KEY/);
  const mistyped = await run("plugin", "configure", "document-tools", "organization=ACME");
  expect(mistyped.stderr).toContain("It has: organisation");
  const noWorkflow = await run("workflow", "run", "article-crd");
  expect(noWorkflow.stderr).toContain("Did you mean article-card?");
});

test("the data folder is for its owner only, and a second start is told whose it is", async () => {
  for (const file of ["admin-key", "connection.json", "encryption-key"])
    expect(statSync(join(noxus.dataFolder, file)).mode & 0o777).toBe(0o600);
  const second = await run("start", "--no-examples", "--port", "0");
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`in use by process ${noxus.pid}`),
  });
});
