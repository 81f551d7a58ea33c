import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { noxusJson, runNoxus, type StartedNoxus, startNoxus } from "../fixtures/noxus-command.ts";
import { controlC, down, enter, Terminal } from "../fixtures/terminal.ts";

/** From the first idea to a workflow that uses it, as somebody does who has never made a plugin before. */
let cwd: string;
let noxus: StartedNoxus;
const open: Terminal[] = [];

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-newcomer-"));
  noxus = await startNoxus(["--no-examples"], { cwd });
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});
afterAll(async () => {
  await noxus?.stop();
  await rm(cwd, { recursive: true, force: true });
});

const env = () => ({ XDG_CACHE_HOME: join(cwd, "cache") });
const run = (...words: string[]) => runNoxus(["plugin", ...words], { cwd, env: env() });
const json = <T>(...words: string[]) => noxusJson<T>(words, { cwd, env: env() });

function terminal(...words: string[]): Terminal {
  const opened = Terminal.noxus(["plugin", ...words], { cwd, env: env() });
  open.push(opened);
  return opened;
}

/** Answers each question; an empty answer takes what stands there. */
async function create(name: string, choose: string): Promise<void> {
  const at = terminal("create");
  await at.sees("Its name");
  // The default is deleted first, as one does.
  at.type(`${"\u007f".repeat("my-plugin".length)}${name}${enter}`);
  await at.sees("Its language");
  at.type(`${choose}${enter}`);
  for (const question of ["The name that people read", "What it does", "Who makes it"]) {
    await at.sees(question);
    at.type(enter);
  }
  await at.sees("Next:");
  expect(await at.ended()).toBe(0);
}

/** A save that breaks the plugin is told with its place, the next one runs. */
async function develop(name: string, file: string, change: (text: string) => string): Promise<void> {
  const path = join(cwd, name, file);
  const at = terminal("dev", name);
  await at.sees(`${name} 0.1.0 is running`, 120_000);
  await at.sees(`/console/plugins/${name}/nodes`);
  const text = await readFile(path, "utf8");
  await writeFile(path, `${text}\n\n] nothing of the language\n`);
  await at.sees(`✗ ${file}:`);
  await writeFile(path, change(text));
  await at.sees(`✓ ${name} 0.1.0 is running`);
  await tryNode("CountWords", { text: "one two" });
  await at.sees("→ CountWords");
  await at.sees('text="one two" → count=20');
  at.type(controlC);
  await at.sees("stays installed");
  expect(await at.ended()).toBe(0);
}

/** As the console's page of the plugin does, whose address stands in the terminal. */
async function tryNode(type: string, inputs: object): Promise<void> {
  const { url, apiKey } = JSON.parse(await readFile(join(noxus.dataFolder, "connection.json"), "utf8"));
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const body = JSON.stringify({ inputs });
  const answer = await fetch(`${url}/v1/nodes/${type}/runs`, { method: "POST", headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

async function runInWorkflow(name: string): Promise<unknown> {
  const file = join(cwd, `${name}.json`);
  const edge = (from: string, output: string, to: string, input: string) => ({
    from_id: { node_id: from, connector_name: output },
    to_id: { node_id: to, connector_name: input },
  });
  const nodes = [
    { id: "text", type: "InputNode", name: "Text", node_config: { label: "text", type: "str" } },
    { id: "count", type: "CountWords", name: "Count", node_config: {} },
    { id: "words", type: "OutputNode", name: "Words", node_config: { label: "words" } },
  ];
  const edges = [edge("text", "output", "count", "text"), edge("count", "count", "words", "input")];
  await writeFile(file, JSON.stringify({ name, type: "flow", definition: { nodes, edges } }));
  const words = ["workflow", "run", file, "--input", "text=one two three", "--follow"];
  return (await json<{ output: unknown }>(...words)).output;
}

test.each([
  { language: "typescript", choose: "", file: "nodes.ts", from: "words.length }", to: "words.length * 10 }" },
  { language: "python", choose: down, file: "made_in_python/nodes.py", from: "sum(1 for", to: "sum(10 for" },
])(
  "create, dev, change, validate, test, package, install, run: $language",
  async ({ language, choose, file, from, to }) => {
    const name = `made-in-${language}`;
    await create(name, choose);
    const tested = await run("test", name);
    expect({ ...tested, stderr: "" }).toMatchObject({ code: 0 });
    await develop(name, file, (text) => text.replace(from, to));
    const failing = await run("test", name);
    expect(failing.code, failing.stdout).toBe(1);
    expect(await run("uninstall", name)).toMatchObject({ code: 0 });
    expect(await json("plugin", "validate", name)).toEqual({ valid: true, findings: [] });
    const { path } = await json<{ path: string }>("plugin", "package", name, "--out", "dist");
    const installed = await run("install", path);
    expect(installed.stdout, installed.stderr).toContain(
      `${name} 0.1.0 is running. Nodes: CountWords, LookUp`,
    );
    expect(JSON.stringify(await runInWorkflow(name))).toContain("30");
    expect(await run("uninstall", name)).toMatchObject({ code: 0 });
    expect(await readdir(join(cwd, "dist"))).toContain(`${name}-0.1.0.tar.gz`);
  },
  240_000,
);

test("who leaves at a question finds nothing made, and a folder with something in it is left alone", async () => {
  const at = terminal("create", "left");
  await at.sees("Its language");
  at.type(controlC);
  expect(await at.ended()).not.toBe(0);
  expect(await readdir(cwd)).not.toContain("left");
  await writeFile(join(cwd, "notes.txt"), "mine");
  expect(await run("create", ".", "--name", "mine", "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is not empty"),
  });
});
