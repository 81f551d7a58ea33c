import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readProject } from "../author/project.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { makePackage } from "./package-plugin.ts";

const context = {
  env: process.env,
  signal: new AbortController().signal,
  terminal: createTerminal({ json: true }),
};
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "noxus-packing-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function writeTree(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const plugin = {
  "package.json": JSON.stringify({ name: "@team/packed", version: "1.2.3", type: "module" }),
  "index.ts": "export default {};",
};

async function pack(folder: string, out: string) {
  return makePackage(context, await readProject(folder), { folder: join(root, out), vendor: false });
}

async function entriesOf(file: string): Promise<string[]> {
  const paths: string[] = [];
  await list({ file, onReadEntry: ({ path }) => paths.push(path) });
  return paths;
}

test("the same files give the same bytes from another folder and at another time", async () => {
  const [one, two] = [join(root, "one"), join(root, "two")];
  await writeTree(one, { ...plugin, "lib/b.ts": "b", "lib/a.ts": "a" });
  await cp(one, two, { recursive: true });
  await utimes(join(two, "index.ts"), new Date(1_000_000), new Date(2_000_000));
  const [first, second] = [await pack(one, "out-1"), await pack(two, "out-2")];
  expect(second).toEqual({ ...first, path: second.path });
  expect(await readFile(second.path)).toEqual(await readFile(first.path));
  expect(first).toMatchObject({ name: "packed", version: "1.2.3", files: 4 });
  await writeFile(join(two, "index.ts"), "export default 1;");
  expect((await pack(two, "out-3")).release).not.toBe(first.release);
});

test("what a .gitignore ignores stays out: its own, one above in the repository, one below that takes back", async () => {
  const folder = join(root, "repository", "plugins", "packed");
  await writeTree(join(root, "repository"), {
    ".git/HEAD": "",
    ".gitignore": "*.log\n/plugins/packed/secret.txt\n",
  });
  await writeTree(folder, {
    ...plugin,
    ".gitignore": "build/\n*.tmp\n",
    "secret.txt": "",
    "a.log": "",
    "a.tmp": "",
    "build/out.js": "",
    "data/.gitignore": "!keep.tmp\n",
    "data/keep.tmp": "",
    "node_modules/x/index.js": "",
    ".env": "TOKEN=1",
  });
  const { path } = await pack(folder, "out");
  expect(await entriesOf(path)).toEqual(
    [".gitignore", "data/.gitignore", "data/keep.tmp", "index.ts", "package.json"].map(
      (name) => `packed-1.2.3/${name}`,
    ),
  );
});

test("a folder of which nothing is left says why", async () => {
  await writeTree(root, { ...plugin, ".gitignore": "*\n" });
  await expect(pack(root, "out")).rejects.toThrow(/Nothing is left to pack in .*: \.gitignore ignores all/);
});
