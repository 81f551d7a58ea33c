import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Plugin } from "@noxus/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ArchiveEntry, tgzOf } from "../fixtures/archives.ts";
import { type GitServer, type Repository, startGitServer } from "../fixtures/git-server.ts";
import { noxusJson, runNoxus, type StartedNoxus, startNoxus } from "../fixtures/noxus-command.ts";

/**
 * What people and programs get for each kind of bad input, as they see it: a stable code, and words that say what was
 * expected, what came and what to do. The details of each kind are tested where it is decided.
 */
const root = dirname(import.meta.dirname);
const fixtures = join(root, "fixtures/plugins");
let cwd: string;
let noxus: StartedNoxus;
let git: GitServer;
let guarded: Repository;
let market: Repository;
/** Of one plugin each: two of one repository would have one name. */
let repositories: Record<"branches" | "commits" | "paths", Repository>;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-bad-"));
  const env = { PLUGIN_SERVER_MAX_UNPACKED_BYTES: String(20 * 1024 ** 2), PLUGIN_SERVER_MAX_FILES: "1000" };
  [noxus, git] = await Promise.all([startNoxus(["--no-examples"], { cwd, env }), startGitServer()]);
  guarded = await git.createRepository({ name: "team/guarded", auth: { token: "right-t0ken" } });
  await git.commitFolder(guarded, join(root, "plugins/text-tools"));
  market = await git.createRepository({ name: "team/market" });
  await git.commitFolder(market, join(root, "plugins/text-tools"), { under: "text-tools" });
  const tools = async (name: string) => {
    const repository = await git.createRepository({ name: `team/${name}` });
    await git.commitFolder(repository, join(root, "plugins/text-tools"), { under: "text-tools" });
    return repository;
  };
  repositories = {
    branches: await tools("branches"),
    commits: await tools("commits"),
    paths: await tools("paths"),
  };
});

afterAll(async () => {
  await noxus?.stop();
  await git?.close();
  rmSync(cwd, { recursive: true, force: true });
});

interface Problem {
  error: string;
  detail: string;
  fields?: { path: string; message: string }[];
}

/** Sent with a request that is refused; to be found nowhere afterwards. */
const secret = "wr0ng-t0ken-of-mine";

/** Runs a command that fails, and gives the error that programs get and people read. */
async function failing(...words: string[]): Promise<Problem & { said: string }> {
  const { code, stdout, stderr } = await runNoxus([...words, "--json"], { cwd });
  const said = stdout + stderr;
  expect({ code, said }).toMatchObject({ code: 1 });
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return { ...(JSON.parse(last) as Problem), said };
}

const installing = (...words: string[]) => failing("plugin", "install", ...words);

describe.concurrent("a repository", () => {
  test.concurrent.each([
    [
      "whose host does not answer",
      () => ["http://127.0.0.1:1/team/x.git"],
      "source_unreachable",
      /127\.0\.0\.1/,
    ],
    ["that is none", () => [`${git.url}/team/nothing.git`], "source_not_a_repository", /nothing\.git/],
    [
      "without that branch",
      () => [repositories.branches.url, "--branch", "trunk"],
      "source_branch_missing",
      /trunk.*main/s,
    ],
    [
      "without that commit",
      () => [repositories.commits.url, "--commit", "0123456"],
      "source_commit_missing",
      /0123456/,
    ],
    [
      "without that path",
      () => [repositories.paths.url, "--path", "text-tool"],
      "source_path_missing",
      /text-tool\b.*text-tools/s,
    ],
    [
      "of a plugin that is no marketplace's",
      () => ["text-tool", "--marketplace", market.url],
      "marketplace_plugin_unknown",
      /text-tools/,
    ],
    [
      "without that version",
      () => ["text-tools", "--marketplace", market.url, "--version", "9.9.9"],
      "marketplace_version_unknown",
      /9\.9\.9.*1\.0\.0/s,
    ],
  ])("%s", async (_what, words, code, says) => {
    const problem = await installing(...words());
    expect(problem).toMatchObject({ error: code, detail: expect.stringMatching(says) });
  });

  test.concurrent("that refuses the credentials says so, and the token is shown and kept nowhere", async () => {
    const words = ["plugin", "install", guarded.url, "--token-env", "TOKEN", "--json"];
    const { code, stdout, stderr } = await runNoxus(words, { cwd, env: { TOKEN: secret } });
    expect(code).toBe(1);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toMatchObject({
      error: "source_credentials_refused",
    });
    expect(stdout + stderr).not.toContain(secret);
  });
});

const project: ArchiveEntry = {
  path: "p/pyproject.toml",
  content: '[project]\nname = "p"\nversion = "1.0.0"\n',
};

describe.concurrent("a package", () => {
  test.concurrent.each<[string, () => Buffer, string]>([
    ["that is no archive", () => Buffer.from("hello"), "archive_invalid"],
    [
      "that is cut short",
      () => tgzOf([project, { path: "p/x", content: "x".repeat(9000) }]).subarray(0, 60),
      "archive_invalid",
    ],
    [
      "with a path that leads out",
      () => tgzOf([project, { path: "../out.py", content: "x" }]),
      "archive_path_unsafe",
    ],
    [
      "with an absolute path",
      () => tgzOf([project, { path: "/etc/out.py", content: "x" }]),
      "archive_path_unsafe",
    ],
    [
      "with a link that leads out",
      () => tgzOf([project, { path: "p/l", type: "link", target: "../../out" }]),
      "archive_link_unsafe",
    ],
    ["with a device", () => tgzOf([project, { path: "p/d", type: "character" }]), "archive_entry_refused"],
    [
      "that grows ten thousand times",
      () => tgzOf([project, { path: "p/z", content: Buffer.alloc(40 * 1024 ** 2) }]),
      "archive_too_large",
    ],
    [
      "of too many files",
      () => tgzOf([project, ...Array.from({ length: 1100 }, (_, n) => ({ path: `p/${n}`, content: "" }))]),
      "archive_too_many_files",
    ],
  ])("%s", async (what, content, code) => {
    const file = join(cwd, `${what.replaceAll(" ", "-")}.tar.gz`);
    writeFileSync(file, content());
    expect(await installing(file)).toMatchObject({ error: code });
  });
});

describe.concurrent("a plugin", () => {
  test.concurrent.each([
    ["without a project file", "no-project", "plugin_project_missing", /pyproject\.toml/],
    ["without a class", "no-class", "plugin_class_missing", /BasePlugin/],
    ["with two classes", "two-classes", "plugin_class_ambiguous", /two_classes/],
    ["with a syntax error", "syntax-error", "plugin_syntax_error", /\.py.*\d/s],
    [
      "that imports what is not there",
      "import-error",
      "plugin_import_error",
      /module_that_nobody_has|No module named/,
    ],
    [
      "whose dependencies contradict each other",
      "unresolvable",
      "dependencies_unresolvable",
      /because|Because|no version/,
    ],
    ["that ends as it starts", "exits-at-start", "plugin_exited_at_start", /code \d+|signal/],
  ])("%s", async (_what, name, code, says) => {
    const problem = await installing(join(fixtures, name), "--local");
    expect(problem).toMatchObject({ error: code, detail: expect.stringMatching(says) });
    expect(problem.detail).toContain("taken back");
  });
});

test("a plugin that names another's port is refused, and that one is left alone", async () => {
  const folder = join(cwd, "foreign-port");
  cpSync(join(fixtures, "foreign-port"), folder, { recursive: true });
  writeFileSync(join(folder, "foreign_port", "port"), new URL(noxus.url).port);
  const problem = await installing(folder, "--local");
  expect(problem).toMatchObject({ error: "plugin_port_foreign", detail: expect.stringMatching(/port \d+/) });
});

test("doctor says of a plugin in error why it is, and where more is said", async () => {
  const { id } = await noxusJson<Plugin>(
    ["plugin", "install", join(fixtures, "exits-at-start"), "--local", "--no-wait"],
    { cwd },
  );
  const found = async () => {
    const { stdout } = await runNoxus(["doctor", "--json"], { cwd });
    const { findings } = JSON.parse(stdout) as { findings: { name: string; message: string }[] };
    return findings.find(({ name }) => name === "plugins");
  };
  await expect.poll(found, { timeout: 60_000, interval: 500 }).toMatchObject({
    level: "warn",
    message: expect.stringMatching(/not running: exits-at-start \(error: .*exit/),
    whatToDo: expect.stringContaining("plugin show"),
  });
  await noxusJson(["plugin", "uninstall", id], { cwd });
});

test("after all of these nothing is left: no plugin, no half-made thing, no token", async () => {
  await expect.poll(() => noxusJson<Plugin[]>(["plugin", "list"], { cwd }), { timeout: 60_000 }).toEqual([]);
  const folder = join(noxus.dataFolder, "plugin-server");
  for (const name of ["plugins", "scratch", "tmp"])
    await expect.poll(() => [name, readdirSync(join(folder, name))], { timeout: 30_000 }).toEqual([name, []]);
  expect(filesWith(secret)).toEqual([]);
});

test("two plugins of one name: the second is told of the first, which goes on", async () => {
  const words = ["plugin", "install", join(root, "plugins/text-tools"), "--local"];
  expect((await runNoxus(words, { cwd })).code).toBe(0);
  const problem = await failing(...words);
  expect(problem).toMatchObject({
    error: "plugin_name_taken",
    detail: expect.stringContaining("text-tools"),
  });
  expect(await noxusJson(["plugin", "show", "text-tools"], { cwd })).toMatchObject({ status: "running" });
});

test("a configuration is refused field by field, before it reaches the plugin", async () => {
  const words = ["plugin", "install", join(fixtures, "needs-config"), "--local"];
  await runNoxus(words, { cwd });
  const answer = await send("PATCH", "/v1/plugins/needs-config", { config: { nothing: 1 } });
  expect(answer.status).toBe(422);
  expect((await answer.json()) as Problem).toMatchObject({
    error: "plugin_config_invalid",
    fields: expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining("nothing") })]),
  });
});

describe("a workflow", () => {
  const node = (id: string, type: string, config: object = {}) => ({
    id,
    type,
    name: id,
    node_config: config,
  });
  const edge = (from: string, to: string, input = "input") => ({
    from_id: { node_id: from, connector_name: "output" },
    to_id: { node_id: to, connector_name: input },
  });
  test.each([
    [
      "with a circle",
      {
        nodes: [node("a", "DelayNode", { seconds: 0 }), node("b", "DelayNode", { seconds: 0 })],
        edges: [edge("a", "b"), edge("b", "a")],
      },
      "workflow_cycle",
      /a.*b/s,
    ],
    [
      "with a node that nobody offers",
      { nodes: [node("a", "SlugNod")], edges: [] },
      "workflow_node_unknown",
      /SlugNode/,
    ],
    [
      "with an edge to nowhere",
      { nodes: [node("a", "InputNode", { label: "x" })], edges: [edge("a", "b")] },
      "workflow_edge_invalid",
      /"b"/,
    ],
    [
      "without an input that is required",
      { nodes: [node("a", "SlugNode")], edges: [] },
      "workflow_input_missing",
      /text/,
    ],
  ])("%s does not run, and says where", async (_what, definition, code, says) => {
    const file = join(cwd, `${code}.json`);
    writeFileSync(file, JSON.stringify({ name: code, type: "flow", definition }));
    expect(await failing("workflow", "run", file)).toMatchObject({
      error: code,
      detail: expect.stringMatching(says),
    });
  });
});

test("what is no JSON, a wrong key and no key are told apart", async () => {
  const broken = await fetch(`${noxus.url}/v1/workflows`, {
    method: "POST",
    headers: { "x-api-key": adminKey(), "content-type": "application/json" },
    body: "{",
  });
  expect([broken.status, ((await broken.json()) as Problem).error]).toEqual([400, "malformed_json"]);
  for (const headers of [{}, { "x-api-key": "nx_wrong" }]) {
    const answer = await fetch(`${noxus.url}/v1/workflows`, { headers: headers as Record<string, string> });
    expect([answer.status, ((await answer.json()) as Problem).error]).toEqual([401, "unauthorized"]);
  }
});

function adminKey(): string {
  return readFileSync(join(noxus.dataFolder, "admin-key"), "utf8").trim();
}

function send(method: string, path: string, body: unknown): Promise<Response> {
  return fetch(noxus.url + path, {
    method,
    headers: { "x-api-key": adminKey(), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Files of the data folder, the database's left out (its values are sealed), that hold a text. */
function filesWith(text: string): string[] {
  return readdirSync(noxus.dataFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("/postgres"))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text));
}
