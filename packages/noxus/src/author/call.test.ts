import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noxusJson, runNoxus } from "../../../../fixtures/noxus-command.ts";

const fixtures = join(import.meta.dirname, "../../../../fixtures/plugins-ts");
let cwd: string;
let options: { cwd: string; env: Record<string, string> };
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-call-"));
  options = { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } };
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test("a node is called with inputs, settings, files and credentials, and its files are saved", async () => {
  await writeFile(join(cwd, "one.txt"), "one");
  await writeFile(join(cwd, "two.txt"), "two");
  const plugin = join(fixtures, "conformance");
  const files = ["--file", "files=one.txt", "--file", "files=two.txt", "--out", "made"];
  const joined = await noxusJson<{ file: { name: string } }>(
    ["plugin", "call", "files", plugin, ...files, "--plugin-config", "url=https://x"],
    options,
  );
  expect(joined.file.name).toBe("joined.txt");
  expect(await readFile(join(cwd, "made/joined.txt"), "utf8")).toBe("one+two");
  const single = ["plugin", "call", "files", plugin, "--file", "files=two.txt", "--out", "made"];
  await noxusJson([...single, "--plugin-config", "url=https://x"], options);
  expect(await readFile(join(cwd, "made/joined.txt"), "utf8")).toBe("two");
  const words = [
    "call",
    "context",
    plugin,
    "--plugin-config",
    "url=https://y",
    "--credentials",
    'vault={"key":"k"}',
  ];
  expect(await noxusJson(["plugin", ...words], options)).toEqual({
    all: { config: "https://y", group: "local", key: "k" },
  });
});

test("an unknown node, a node's own refusal and a plugin that does not start say what to do", async () => {
  const hello = join(fixtures, "hello");
  const unknown = await runNoxus(["plugin", "call", "gret", hello], options);
  expect(unknown).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("Did you mean greet?"),
  });
  const broken = await runNoxus(["plugin", "call", "x", join(fixtures, "syntax-error")], options);
  expect(broken.stderr).toMatch(/^error: .*broken\.ts/);
  const nothing = await runNoxus(["plugin", "call", "x", cwd], options);
  expect(nothing.stderr).toMatch(/neither pyproject.toml nor package.json.*noxus plugin create/);
});

test("what was saved since the last call is what is called, also after a version that did not start", async () => {
  const folder = join(cwd, "changing");
  await cp(join(fixtures, "hello"), folder, { recursive: true });
  const source = await readFile(join(folder, "index.ts"), "utf8");
  const call = () => runNoxus(["plugin", "call", "greet", folder, "-i", "name=Ada"], options);
  expect((await call()).stdout).toContain("Hello, Ada!");
  await writeFile(join(folder, "index.ts"), `${source}\n]`);
  expect(await call()).toMatchObject({ code: 1, stderr: expect.stringContaining("index.ts") });
  await writeFile(join(folder, "index.ts"), source.replace('default: "Hello"', 'default: "Welcome"'));
  expect((await call()).stdout).toContain("Welcome, Ada!");
});

test("generate-manifest writes what the running plugin says", async () => {
  const text = (await runNoxus(["plugin", "generate-manifest", join(fixtures, "hello"), "--stdout"], options))
    .stdout;
  expect(JSON.parse(text)).toMatchObject({ name: "hello", nodes: [{ type: "greet" }] });
});
