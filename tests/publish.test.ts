import { execFile } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runNoxus, startNoxus } from "../fixtures/noxus-command.ts";

const run = promisify(execFile);
const root = dirname(import.meta.dirname);
let folder: string;
let bin: string;

/** Built, packed, and installed where nothing of the repository is in reach. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "noxus-publish-"));
  await run(process.execPath, [join(root, "scripts/build.mjs")], { cwd: root });
  const packages = readdirSync(join(root, "packages"))
    .filter((name) => existsSync(join(root, "packages", name, "package.json")))
    .filter((name) => !isPrivate(name));
  const workspaces = packages.map((name) => `--workspace=packages/${name}`);
  await run("npm", ["pack", "--pack-destination", folder, ...workspaces], { cwd: root });
  const tarballs = globSync("*.tgz", { cwd: folder });
  expect(tarballs.length).toBe(packages.length);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const files = tarballs.map((name) => `./${name}`);
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...files], { cwd: folder });
  bin = join(folder, "node_modules/noxus/bin/noxus.mjs");
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isPrivate(name: string): boolean {
  const text = readFileSync(join(root, "packages", name, "package.json"), "utf8");
  return (JSON.parse(text) as { private?: boolean }).private === true;
}

test("the installed command tells its version through npx on the machine's own Node", async () => {
  const own = (process.env.PATH ?? "").split(delimiter).filter((path) => !path.includes("node_modules"));
  const env = { ...process.env, PATH: own.join(delimiter) };
  const { stdout } = await run("npx", ["--no-install", "noxus", "--version"], { cwd: folder, env });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("packages hold built files, no tests, and no source but that of the examples", () => {
  const files = globSync("node_modules/{noxus,@noxus/*}/**/*.{ts,test.*}", { cwd: folder });
  const isExample = (file: string) =>
    file.startsWith("node_modules/noxus/plugins/") && !/\.test\./.test(file);
  const wrong = files.filter(
    (file) => !/node_modules\/.*\/node_modules\//.test(file) && !file.endsWith(".d.ts") && !isExample(file),
  );
  expect(wrong).toEqual([]);
});

test("doctor works from the installed packages", async () => {
  const env = { NOXUS_PORT: "0", PLUGIN_SERVER_PORT: "0" };
  const { code, stdout } = await runNoxus(["doctor", "--json"], { cwd: folder, bin, env });
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, ok: true });
});

test("everything starts from the installed packages with an empty data folder, and the examples run", async () => {
  const cwd = join(folder, "somewhere");
  mkdirSync(cwd);
  const noxus = await startNoxus([], { cwd, bin });
  try {
    const { stdout } = await runNoxus(["plugin", "list"], { cwd, bin });
    expect(stdout).toMatch(/^text-tools +1\.0\.0 +running/m);
    expect(stdout).toMatch(/^document-tools +1\.0\.0 +running/m);
    expect(stdout).toMatch(/^pdf-tools +1\.0\.0 +running/m);
  } finally {
    expect(await noxus.stop()).toBe(0);
  }
}, 180_000);
